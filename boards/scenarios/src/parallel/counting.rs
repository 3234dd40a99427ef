//! Two guests at once that count in one memory, which they share in every way there is. The count has
//! to be exact, and neither may wait long for the other.

use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use vellum::{Error, LockStats, Module, PagePool, SharedMemory};

use super::{CheckFailure, MEMORY, engine, locked};
use crate::{Platform, Work, Worker};

/// Where they count.
pub const COUNTER: usize = 8;
/// How many guests there are.
const GUESTS: u32 = 2;
/// Most slices of others for which one may wait.
const PATIENCE: usize = 2;

/// Adds one to the word at 8 by an atomic instruction: `run(me, times)`.
pub static COUNT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/count.wasm"));
/// Adds one by plain instructions, under a lock that the guests have built: `run(me, times)`.
pub static LOCK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lock.wasm"));
/// Adds one by plain instructions, in turns, with wait and notify: `run(me, times)`.
pub static TURNS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/turns.wasm"));

/// How two guests share a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Both are in the world of the memory.
    World,
    /// One is in the world of the memory, the other has an engine of its own.
    Mixed,
    /// Each has an engine of its own.
    Locked,
}

impl Sharing {
    /// All of them.
    pub const ALL: [Sharing; 3] = [Sharing::World, Sharing::Mixed, Sharing::Locked];

    /// Whether guest `number` is in the world of the memory.
    fn is_native(self, number: u32) -> bool {
        match self {
            Sharing::World => true,
            Sharing::Mixed => number == 0,
            Sharing::Locked => false,
        }
    }
}

impl fmt::Display for Sharing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Sharing::World => "in one world",
            Sharing::Mixed => "natively and by locked access",
            Sharing::Locked => "by locked access",
        })
    }
}

/// What came of one pair of guests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// What they counted.
    pub count: u32,
    /// What the lock of the memory's world counted.
    pub lock: LockStats,
}

/// Lets two guests count `times` each, and in turns `turns` each, for every way of sharing.
///
/// # Errors
///
/// The first pair that counted wrongly or waited too long.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    times: u32,
    turns: u32,
) -> Result<(), CheckFailure> {
    for sharing in Sharing::ALL {
        for (what, guest, times) in
            [("count", COUNT, times), ("lock", LOCK, times), ("turns", TURNS, turns)]
        {
            let Observed { count, lock } = pair(platform, pages, sharing, guest, times)?;
            platform.line(format_args!(
                "{what} {sharing}: {count}; lock: taken {}, contended {}, longest queue {}",
                lock.acquisitions, lock.contentions, lock.longest_queue
            ));
            CheckFailure::unless_equal(what, count, GUESTS * times)?;
            if lock.longest_queue > PATIENCE {
                return Err(CheckFailure::Waited { slices: lock.longest_queue, allowed: PATIENCE });
            }
        }
    }
    Ok(())
}

/// Lets a pair of guests count.
///
/// # Errors
///
/// Any error of the runtime.
#[inline(never)]
pub fn pair<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    sharing: Sharing,
    guest: &'static [u8],
    times: u32,
) -> Result<Observed, Error> {
    let world = engine(platform, pages)?;
    let memory = SharedMemory::new(&world, MEMORY)?;
    let mut workers: Vec<Box<dyn Work>> = Vec::new();
    for number in 0..GUESTS {
        let module = match sharing.is_native(number) {
            true => Module::new(&world, guest)?,
            false => locked(platform, pages, guest)?,
        };
        workers.push(Worker::new(&memory, &module, "run", &[number, times])?);
    }
    platform.at_once(workers)?;
    Ok(Observed { count: memory.atomic_load(COUNTER)?, lock: memory.lock_stats() })
}
