//! Two programs exchange messages by locked access. One of them is unloaded and replaced again and
//! again while the other one goes on: no message is lost, and neither page nor heap.

use alloc::{boxed::Box, format, vec::Vec};

use vellum::{Error, PagePool, SharedMemory};

use super::{CheckFailure, MEMORY, engine, locked};
use crate::{Platform, Task, Work, Worker};

/// How many programs send, one after the other, and how many messages each.
const PROGRAMS: u32 = 1_000;
const EACH: u32 = 3;
/// How many rounds are looked at in the beginning and in the end for what the heap holds at least.
const SPAN: u32 = 100;
/// How much more that may be in the end, because the receiver takes a few bytes more while it waits:
/// less than a byte for each program in between.
const SLACK: usize = (PROGRAMS - 2 * SPAN) as usize - 1;
/// Where the receiver leaves what it saw.
const RESULTS: usize = 32;

static RECEIVER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/receive.wasm"));
/// The modules of the programs that send, in turns.
static SENDERS: [&[u8]; 2] = [
    include_bytes!(concat!(env!("OUT_DIR"), "/send_block.wasm")),
    include_bytes!(concat!(env!("OUT_DIR"), "/send_words.wasm")),
];

/// Replaces programs.
///
/// # Errors
///
/// If a message is lost, comes twice or is not what was sent; if bytes of pool or heap are in use
/// after a program was unloaded that were not before.
pub fn run<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<(), CheckFailure> {
    let in_use = || [pages.leased(), heap(platform)].map(|bytes| bytes as u64);
    let [leased, used] = in_use();
    let [received, wrong, block, words] = exchange(platform, pages)?;
    let [leased_after, used_after] = in_use();
    platform.line(format_args!(
        "replacing: {PROGRAMS} programs, {received} messages ({block} and {words} of two modules), \
         {wrong} wrong; in use before and after: pool {leased} and {leased_after}, heap {used} and \
         {used_after} bytes"
    ));
    CheckFailure::unless_equal("messages received", received, PROGRAMS * EACH)?;
    CheckFailure::unless_equal("messages lost or repeated", wrong, 0_u32)?;
    CheckFailure::unless_equal("messages of one of the modules", block, words)?;
    CheckFailure::unless_equal("bytes of pool", leased_after, leased)?;
    CheckFailure::unless_equal("bytes of heap", used_after, used)
}

/// Bytes of heap in use, where they are counted.
fn heap(platform: &impl Platform) -> usize {
    platform.heap().map_or(0, |heap| heap.used)
}

/// Gives what the receiver saw.
#[inline(never)]
fn exchange<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<[u32; 4], Error> {
    let memory = SharedMemory::new(&engine(platform, pages)?, MEMORY)?;
    let place = Programs { platform: platform.clone(), pages, memory: memory.clone() };
    let receiver = place.program(RECEIVER, &[PROGRAMS * EACH])?;
    let works: Vec<Box<dyn Work>> = Vec::from([Box::new(Replacer(place)) as _, receiver as _]);
    platform.at_once(works)?;
    memory.read_value(RESULTS)
}

/// Where programs run.
struct Programs<P> {
    platform: P,
    pages: &'static PagePool,
    memory: SharedMemory,
}

impl<P: Platform> Programs<P> {
    /// A program with an engine of its own.
    #[inline(never)]
    fn program(&self, module: &'static [u8], arguments: &[u32]) -> Result<Box<Worker>, Error> {
        let module = locked(&self.platform, self.pages, module)?;
        Worker::new(&self.memory, &module, "run", arguments)
    }

    /// The program of a round.
    fn sender(&self, round: u32) -> Result<Box<Worker>, Error> {
        let [block, words] = SENDERS;
        self.program(if round.is_multiple_of(2) { block } else { words }, &[round * EACH, EACH])
    }
}

/// Runs the programs that send, one after the other.
struct Replacer<P>(Programs<P>);

impl<P: Platform> Work for Replacer<P> {
    fn run(&mut self) -> Result<(), Error> {
        let mut ledger = Ledger::new(self.0.pages);
        for round in 0..PROGRAMS {
            self.0.sender(round)?.run()?;
            ledger.unloaded(&self.0, round)?;
        }
        ledger.close()
    }

    fn task(&mut self) -> Task<'_> {
        Box::pin(async {
            let mut ledger = Ledger::new(self.0.pages);
            for round in 0..PROGRAMS {
                let mut program = self.0.sender(round)?;
                program.task().await?;
                drop(program);
                ledger.unloaded(&self.0, round)?;
            }
            ledger.close()
        })
    }
}

/// What is in use while no program is there that sends.
struct Ledger {
    leased: usize,
    /// The least bytes of heap in use, in the first rounds and in the last.
    least: [usize; 2],
}

impl Ledger {
    fn new(pages: &'static PagePool) -> Ledger {
        Ledger { leased: pages.leased(), least: [usize::MAX; 2] }
    }

    fn unloaded<P: Platform>(&mut self, place: &Programs<P>, round: u32) -> Result<(), Error> {
        if place.pages.leased() != self.leased {
            return Err(Error::host("an unloaded program has left pages behind"));
        }
        let [first, last] = &mut self.least;
        let used = heap(&place.platform);
        if round < SPAN {
            *first = used.min(*first);
        } else if round >= PROGRAMS - SPAN {
            *last = used.min(*last);
        }
        Ok(())
    }

    fn close(&self) -> Result<(), Error> {
        let [first, last] = self.least;
        if last <= first + SLACK {
            return Ok(());
        }
        Err(Error::host(format!(
            "unloaded programs have left heap behind: {first} bytes in use at first, {last} at last"
        )))
    }
}
