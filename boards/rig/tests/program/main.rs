//! The real program, as a user starts it.

mod checkout;
mod command_line;
#[cfg(feature = "emulated")]
mod emulated;
mod help;
#[cfg(unix)]
mod images;
#[cfg(unix)]
mod installed;
#[cfg(unix)]
mod miniature;
#[cfg(unix)]
mod missing_tools;
mod signing;
mod support;
