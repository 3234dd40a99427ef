//! Where a guest was when it failed.

use vellum::{Instance, Store};

use super::{checked::Checked, core_dump, program::Program};
use crate::Platform;

/// Prints a line for each function that was active, if the module is instrumented, and what it left.
/// `cargo rig` puts names to them.
pub(super) fn print<P: Platform>(platform: &P, store: &mut Store<Program<P>>) {
    let Some(backtrace) = store.backtrace() else { return };
    let mut lines = Checked::new(platform);
    lines.line(format_args!("wasm backtrace:"));
    for frame in backtrace.frames() {
        lines.line(format_args!("{:>5}: {frame}", frame.number()));
    }
    let instance = backtrace.frames().first().and_then(|it| Instance::of_frame(&*store, it));
    let missing = backtrace.depth() - backtrace.frames().len();
    if missing > 0 {
        lines.line(format_args!("       {missing} more"));
    }
    if let Some(instance) = instance
        && let Err(error) = core_dump::print(&mut lines, store, instance)
    {
        lines.line(format_args!("core: {error}"));
    }
    lines.end();
}
