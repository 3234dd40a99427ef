//! Where a profiled guest spends its time.

use core::fmt;

use vellum::{AsContextMut as _, Backtrace, Caller, Error, Linker, Module};

use super::program::Program;
use crate::Platform;

/// The import of a profiled module.
const MODULE: &str = "vellum.profile";
const NAME: &str = "sample";

/// Defines what a profiled module imports, if it is one.
pub(super) fn define<P: Platform>(
    linker: &mut Linker<Program<P>>,
    module: &Module,
) -> Result<(), Error> {
    if module.imports().any(|import| import.module() == MODULE) {
        linker.func_wrap(MODULE, NAME, sample::<P>)?;
    }
    Ok(())
}

/// Prints the functions that are active now that so many units have passed. `cargo rig` adds them up.
fn sample<P: Platform>(mut caller: Caller<'_, Program<P>>, units: u32) -> Result<(), Error> {
    if let Some(backtrace) = caller.as_context_mut().capture_backtrace()? {
        caller.data().platform.line(format_args!("profile: {units}{}", Offsets(&backtrace)));
    }
    Ok(())
}

/// The offsets of a backtrace, innermost first.
struct Offsets<'a>(&'a Backtrace);

impl fmt::Display for Offsets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut frames = self.0.frames().iter();
        frames.try_for_each(|frame| write!(f, " {:x}", frame.module_offset()))
    }
}
