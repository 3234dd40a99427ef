//! Two guests at once that count in one memory, which they share in every way there is. The count has
//! to be exact, and neither may wait long for the other.

use alloc::vec::Vec;
use core::fmt;

use vellum::{
    Config, Engine, Error, LockStats, MemoryType, Module, PAGE_SIZE, PagePool, SharedMemory,
};

use crate::{Console, Worker};

/// Bytes of pool: a memory of up to two pages.
pub const NEEDS: usize = 2 * PAGE_SIZE;
/// The type that the guests import.
const MEMORY: MemoryType = MemoryType::shared(1, 2);
/// Where they count.
pub const COUNTER: usize = 8;
/// How many guests there are.
const GUESTS: u32 = 2;
/// Most slices of others for which one may wait.
const PATIENCE: usize = 2;
/// Fuel of a slice.
const SLICE: u64 = 1000;

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

/// Why the check failed.
#[derive(Debug)]
pub enum Failure {
    /// What the runtime reports.
    Runtime(Error),
    /// Two guests counted something else than they should have.
    Count {
        /// What they counted.
        found: u32,
        /// What they should have counted.
        expected: u32,
    },
    /// One waited until so many others had let go of the lock.
    Waited(usize),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Runtime(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Runtime(error) => error.fmt(f),
            Failure::Count { found, expected } => write!(f, "wrong count: {found} for {expected}"),
            Failure::Waited(slices) => {
                write!(f, "unfair lock: one waited for {slices} slices, at most {PATIENCE} allowed")
            }
        }
    }
}

impl core::error::Error for Failure {}

/// Lets two guests count `times` each, and in turns a tenth of that, for every way of sharing. Locked
/// accesses don't give way to another task: where only one guest runs at a time, they are left out.
///
/// # Errors
///
/// The first pair that counted wrongly or waited too long.
pub fn run(
    console: &impl Console,
    pages: &'static PagePool,
    times: u32,
) -> Result<Vec<Observed>, Failure> {
    let mut observed = Vec::new();
    for sharing in Sharing::ALL {
        if sharing != Sharing::World && console.cores() < GUESTS as usize {
            console.line(format_args!("left out: {sharing}: needs two cores"));
            continue;
        }
        for (what, guest, times) in
            [("count", COUNT, times), ("lock", LOCK, times), ("turns", TURNS, times / 10)]
        {
            let pair = pair(console, pages, sharing, guest, times)?;
            let Observed { count, lock } = pair;
            console.line(format_args!(
                "{what} {sharing}: {count}; lock: taken {}, contended {}, longest queue {}",
                lock.acquisitions, lock.contentions, lock.longest_queue
            ));
            let expected = GUESTS * times;
            if count != expected {
                return Err(Failure::Count { found: count, expected });
            }
            if lock.longest_queue > PATIENCE {
                return Err(Failure::Waited(lock.longest_queue));
            }
            observed.push(pair);
        }
    }
    Ok(observed)
}

/// Lets a pair of guests count.
///
/// # Errors
///
/// Whatever the runtime reports.
#[inline(never)]
pub fn pair(
    console: &impl Console,
    pages: &'static PagePool,
    sharing: Sharing,
    guest: &'static [u8],
    times: u32,
) -> Result<Observed, Error> {
    let engine = |threads| {
        let mut config = Config::new();
        config.page_pool(pages).threads(threads).slice(SLICE).platform(console.threads());
        Engine::new(config.concurrent_calls(GUESTS as usize))
    };
    let world = engine(true)?;
    let memory = SharedMemory::new(&world, MEMORY)?;
    let worker = |number| {
        let own = if sharing.is_native(number) { world.clone() } else { engine(false)? };
        Worker::new(&memory, &Module::new(&own, guest)?, "run", &[number, times])
    };
    console.at_once((0..GUESTS).map(worker).collect::<Result<_, _>>()?)?;
    Ok(Observed { count: memory.atomic_load(COUNTER)?, lock: memory.lock_stats() })
}
