//! The real program, as a user starts it.

mod command_line;
#[cfg(feature = "emulated")]
mod emulated;
#[cfg(unix)]
mod missing_tools;
mod support;
