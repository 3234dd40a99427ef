//! What refuses a stack pointer, or an access, below the end of a compartment's stack: a processor's stack
//! limit, or a region of its memory protection unit.

#[cfg(all(target_arch = "arm", target_os = "none"))]
mod faults;
#[cfg(armv8m_main)]
mod limit;
#[cfg(not(all(target_arch = "arm", target_os = "none")))]
mod none;
#[cfg(all(target_arch = "arm", target_os = "none", not(armv8m_main)))]
mod region;

#[cfg(armv8m_main)]
pub(crate) use limit::*;
#[cfg(not(all(target_arch = "arm", target_os = "none")))]
pub(crate) use none::*;
#[cfg(all(target_arch = "arm", target_os = "none", not(armv8m_main)))]
pub(crate) use region::*;
