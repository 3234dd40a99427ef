//! The processor's cores: which one runs, what engines with threads know of them, and workers that
//! run at once.

#[cfg(all(feature = "one-core", feature = "sse-200"))]
compile_error!("a board has one core or an SSE-200: choose one of the features");

#[cfg(feature = "sse-200")]
mod job;
#[cfg(feature = "sse-200")]
mod second;
#[cfg(feature = "sse-200")]
mod section;
#[cfg(not(feature = "sse-200"))]
mod tasks;
#[cfg(feature = "sse-200")]
mod two;
#[cfg(feature = "sse-200")]
mod work;

#[cfg(feature = "sse-200")]
pub(crate) use job::high_water;
#[cfg(not(feature = "sse-200"))]
pub(crate) use one::*;
#[cfg(feature = "sse-200")]
pub(crate) use two::*;
#[cfg(feature = "sse-200")]
pub(crate) use work::at_once;
#[cfg(all(feature = "sse-200", feature = "tests"))]
pub(crate) use work::on_last;

#[cfg(not(feature = "sse-200"))]
mod one {
    use cortex_m::Peripherals;

    pub(crate) use super::tasks::at_once;

    /// How many there are.
    pub(crate) const COUNT: usize = 1;

    /// The machine as locks see it, without a clock.
    pub(crate) const PLATFORM: vellum::Platform = vellum::Platform::ONE_CORE;

    /// The core that runs.
    pub(crate) fn current() -> usize {
        0
    }

    /// Runs something on the last core.
    #[cfg(feature = "tests")]
    pub(crate) fn on_last(job: impl FnOnce()) {
        job();
    }

    /// What an error message adds about a core: nothing.
    pub(crate) fn suffix(_: u32) -> &'static str {
        ""
    }

    /// Sets up the core that runs.
    pub(crate) fn start(_: &mut Peripherals) {}

    /// Ends what this core does, while another one goes on.
    pub(crate) fn stop() -> ! {
        loop {
            cortex_m::asm::wfi();
        }
    }

    /// Most bytes of the other cores' stacks in use.
    pub(crate) fn high_water() -> usize {
        0
    }
}
