//! Where a guest was when it failed.

use vellum::{Instance, Store};

use super::{core_dump, program::Program};
use crate::Platform;

/// Prints a line for each function that was active, if the module is instrumented. `cargo rig` puts
/// names to them.
pub(super) fn print<P: Platform>(platform: &P, store: &mut Store<Program<P>>) {
    let Some(backtrace) = store.backtrace() else { return };
    platform.line(format_args!("wasm backtrace:"));
    for frame in backtrace.frames() {
        platform.line(format_args!("{:>5}: {frame}", frame.number()));
    }
    let instance = backtrace.frames().first().and_then(|it| Instance::of_frame(&*store, it));
    let missing = backtrace.depth() - backtrace.frames().len();
    if missing > 0 {
        platform.line(format_args!("       {missing} more"));
    }
    if let Some(instance) = instance
        && let Err(error) = core_dump::print(platform, store, instance)
    {
        platform.line(format_args!("core: {error}"));
    }
}
