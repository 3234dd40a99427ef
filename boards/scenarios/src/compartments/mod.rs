//! Guests that have a heap and a native stack of their own, and run out of them. Each check prints one
//! line with what it saw.

pub mod costs;
pub mod failing;
mod generated;
pub mod giving_way;
#[cfg(target_os = "none")]
pub mod guards;
pub mod lives;
pub mod preempting;
pub mod reloads;
pub mod stacks;
#[cfg(feature = "threads")]
pub mod threads;

use core::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use vellum::{Config, Engine, Error, PAGE_SIZE, PagePool, StaticBuffer};

use crate::{Platform, parallel::CheckFailure};

/// Bytes of pool: a guest of up to three pages.
pub const NEEDS: usize = 3 * PAGE_SIZE;
/// Bytes of the buffer that are the native stack, on a chip.
pub(crate) const STACK: usize = if cfg!(target_os = "none") { 16 * 1024 } else { 512 * 1024 };

/// Does all checks, with so many reloads.
///
/// # Errors
///
/// The first check that failed.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
    reloads: u32,
) -> Result<(), CheckFailure> {
    #[cfg(target_os = "none")]
    guards::run(platform, buffer)?;
    lives::run(platform, pages, buffer)?;
    stacks::run(platform, pages, buffer)?;
    #[cfg(feature = "threads")]
    threads::run(platform, pages, buffer)?;
    giving_way::run(platform, pages, buffer)?;
    preempting::run(platform, pages, buffer)?;
    costs::run(platform, pages, buffer)?;
    reloads::run(platform, pages, buffer, reloads)
}

/// Interrupts a second of a timer that has futures give way: of an emulated board one every 33,000 instructions.
const RATE: u32 = 30_000;
/// Instructions of the longest stretch while they come.
const LONGEST: u64 = 50_000;

/// How a future was divided.
#[derive(Default)]
struct Stretches {
    count: u32,
    longest: u64,
    sum: u64,
}

impl Stretches {
    /// Polls a future to its end, as soon as it has given way.
    fn of<P: Platform, R>(platform: &P, future: impl Future<Output = R>) -> (R, Stretches) {
        let mut future = pin!(future);
        let mut stretches = Stretches::default();
        loop {
            let start = platform.clock();
            let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            let stretch = platform.clock().zip(start).map_or(0, |(end, start)| end - start);
            stretches.longest = stretches.longest.max(stretch);
            stretches.sum += stretch;
            stretches.count += 1;
            if let Poll::Ready(result) = polled {
                return (result, stretches);
            }
        }
    }
}

/// The settings of an engine.
fn config(pages: &'static PagePool) -> Config {
    let mut config = Config::new();
    config.page_pool(pages).memory_maximum((NEEDS / PAGE_SIZE) as u64);
    config.consume_fuel(true).concurrent_calls(2);
    config
}

/// An engine whose guests have the buffer.
fn engine(pages: &'static PagePool, buffer: &'static StaticBuffer) -> Result<Engine, Error> {
    Engine::new(config(pages).compartment(buffer, STACK))
}

/// What is in use beside the guests.
#[derive(Clone, Copy)]
struct InUse {
    leased: usize,
    used: usize,
    largest: usize,
}

impl InUse {
    #[inline(never)]
    fn now(platform: &impl Platform, pages: &'static PagePool) -> InUse {
        let heap = platform.heap();
        let (used, largest) = heap.map_or((0, 0), |heap| (heap.used, heap.largest));
        InUse { leased: pages.leased(), used, largest }
    }

    /// Fails unless all is as it was.
    fn check(self, platform: &impl Platform, pages: &'static PagePool) -> Result<(), CheckFailure> {
        let now = InUse::now(platform, pages);
        let bytes = |bytes: usize| bytes as u64;
        CheckFailure::unless_equal("bytes of pool", bytes(now.leased), bytes(self.leased))?;
        CheckFailure::unless_equal("bytes of heap", bytes(now.used), bytes(self.used))?;
        CheckFailure::unless_equal("largest free block", bytes(now.largest), bytes(self.largest))
    }
}
