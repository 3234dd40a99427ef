//! What must hold when guests share a memory and run at once, on as many cores as there are. Each
//! check prints one line with what it saw.

pub mod counting;
mod failure;
pub mod fairness;
pub mod host_functions;
pub mod replacing;
pub mod samples;

use vellum::{Config, Engine, Error, MemoryType, Module, PAGE_SIZE, PagePool, Platform as Threads};

use crate::Platform;
pub use failure::CheckFailure;

/// Bytes of pool: a memory of up to two pages, and a page for each of two guests.
pub const NEEDS: usize = 4 * PAGE_SIZE;
/// The type of the memory that guests share.
const MEMORY: MemoryType = MemoryType::shared(1, 2);
/// Fuel of a slice.
const SLICE: u64 = 1000;
/// Calls that run or wait at once in one engine.
const CALLS: usize = 4;

/// Does all checks. Each of two guests counts `times`, and in turns `turns`.
///
/// # Errors
///
/// The first check that failed.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    times: u32,
    turns: u32,
) -> Result<(), CheckFailure> {
    counting::run(platform, pages, times, turns)?;
    samples::run(platform, pages)?;
    replacing::run(platform, pages)?;
    fairness::run(platform, pages)?;
    host_functions::run(platform, pages)
}

/// The configuration of an engine whose guests have threads.
fn config(pages: &'static PagePool, machine: &'static Threads) -> Config {
    let mut config = Config::new();
    config.page_pool(pages).threads(true).slice(SLICE).platform(machine).concurrent_calls(CALLS);
    config
}

/// An engine whose guests have threads.
fn engine<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<Engine, Error> {
    Engine::new(&config(pages, platform.threads()))
}

/// A module in an engine of its own, whose first memory is reached by locked access. As a task it gives way
/// to others, which takes an engine whose guests have threads.
fn locked<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    module: &'static [u8],
) -> Result<Module, Error> {
    let mut config = config(pages, platform.threads());
    config.threads(platform.cores() == 1).concurrent_calls(1);
    Module::with_locked(&Engine::new(&config)?, module, &[0])
}
