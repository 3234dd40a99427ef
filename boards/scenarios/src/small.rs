//! Several small guests at once: memories of pages of one byte, in granules of the pool.

use alloc::vec::Vec;

use vellum::{Config, Engine, Error, Instance, Module, PagePool, Store};

use crate::{Platform, parallel::CheckFailure};

static MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/small.wasm"));

/// How many guests there are at once.
const GUESTS: u32 = 4;
/// Bytes of the memory of each.
const BYTES: usize = 8192;
/// Bytes of the pool that they have together, where its granules are no larger than their memories.
pub const NEEDS: usize = GUESTS as usize * BYTES;

/// Checks that each of four guests with 8 KiB has its own, each on an engine and with a heap peak of its
/// own, and prints one line.
///
/// # Errors
///
/// The first check that failed.
pub fn run<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<(), CheckFailure> {
    platform.restart();
    let before = platform.heap().map_or(0, |heap| heap.used);
    let leased = pages.leased();
    let mut guests = (0..GUESTS).map(|_| Guest::new(pages)).collect::<Result<Vec<_>, _>>()?;
    let taken = (pages.leased() - leased) as u64;
    let each = BYTES.next_multiple_of(pages.granule()) as u64;
    CheckFailure::unless_equal("bytes of pages", taken, u64::from(GUESTS) * each)?;
    for (number, guest) in (1..).zip(&mut guests) {
        guest.fill(number)?;
    }
    for (number, guest) in (1..).zip(&mut guests) {
        CheckFailure::unless_equal("what a guest sums", guest.sum()?, number * BYTES as u32)?;
    }
    drop(guests);
    let left = (pages.leased() - leased) as u64;
    CheckFailure::unless_equal("bytes of pages in the end", left, 0_u64)?;
    let heap = platform.heap().map_or(0, |heap| heap.peak - before);
    platform.line(format_args!(
        "small: {GUESTS} guests of {BYTES} bytes at once, {heap} bytes of heap at most"
    ));
    Ok(())
}

struct Guest {
    store: Store<()>,
    instance: Instance,
}

impl Guest {
    fn new(pages: &'static PagePool) -> Result<Guest, Error> {
        let engine = Engine::new(Config::new().page_pool(pages))?;
        let module = Module::new(&engine, MODULE)?;
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[])?;
        Ok(Guest { store, instance })
    }

    fn fill(&mut self, value: u32) -> Result<(), Error> {
        let fill = self.instance.get_typed_func::<u32, ()>(&self.store, "fill")?;
        fill.call(&mut self.store, value)
    }

    fn sum(&mut self) -> Result<u32, Error> {
        let sum = self.instance.get_typed_func::<(), u32>(&self.store, "sum")?;
        sum.call(&mut self.store, ())
    }
}
