//! Several guests at once: three stores, each with a memory from one pool; one is dropped and its
//! pages are used again.

use alloc::boxed::Box;

use vellum::{Engine, Error, Linker, Memory, Module, PagePool, Store, TypedFunc};

use super::engine;
use crate::Console;

/// Bytes of each guest's memory.
pub const MEMORY: usize = 16 * 1024;
/// Bytes of pool: three memories.
pub const NEEDS: usize = 3 * MEMORY;

/// The guest: a memory in pages of one byte, and functions that fill it and count in it.
pub static GUEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tenant.wasm"));

/// What the example saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Bytes of the pool leased with three guests, with two, and with three again, over what
    /// was leased before.
    pub leased: [usize; 3],
    /// Bytes with its own mark that each guest found: the first, the second, the third, then the
    /// first and the third again after the second was replaced.
    pub marked: [u32; 5],
    /// Bytes that are zero in the new guest's memory.
    pub clean: u32,
    /// Whether the new guest got the pages of the one that was dropped.
    pub reused: bool,
}

struct Tenant {
    store: Store<()>,
    memory: Memory,
    fill: TypedFunc<u32, ()>,
    count: TypedFunc<u32, u32>,
}

impl Tenant {
    /// On the heap, out of the way of the small native stack.
    #[inline(never)]
    fn new(engine: &Engine, module: &Module) -> Result<Box<Tenant>, Error> {
        let mut store = Store::new(engine, ());
        let instance = Linker::new(engine).instantiate(&mut store, module)?;
        Ok(Box::new(Tenant {
            memory: instance.get_memory(&store, "memory")?,
            fill: instance.get_typed_func(&store, "fill")?,
            count: instance.get_typed_func(&store, "count")?,
            store,
        }))
    }

    fn fill(&mut self, mark: u8) -> Result<(), Error> {
        self.fill.call(&mut self.store, mark.into())
    }

    fn count(&mut self, mark: u8) -> Result<u32, Error> {
        self.count.call(&mut self.store, mark.into())
    }

    fn address(&self) -> Result<usize, Error> {
        Ok(self.memory.data_ptr(&self.store)?.addr())
    }
}

/// Runs the example.
///
/// # Errors
///
/// None where the pool has [`NEEDS`] bytes free.
pub fn run(console: &impl Console, pages: &'static PagePool) -> Result<Observed, Error> {
    let before = pages.leased();
    let leased = || pages.leased() - before;
    let engine = engine(pages)?;
    let module = Module::new(&engine, GUEST)?;

    let mut first = Tenant::new(&engine, &module)?;
    let mut second = Tenant::new(&engine, &module)?;
    let mut third = Tenant::new(&engine, &module)?;
    first.fill(1)?;
    second.fill(2)?;
    third.fill(3)?;
    let mine = [first.count(1)?, second.count(2)?, third.count(3)?];
    let three = leased();
    console.line(format_args!("Three guests: {} KiB of pages leased", three / 1024));
    console.line(format_args!("Bytes with the guest's own mark: {mine:?}"));

    let address = second.address()?;
    drop(second);
    let two = leased();
    console.line(format_args!("The second is dropped: {} KiB leased", two / 1024));

    let mut fourth = Tenant::new(&engine, &module)?;
    let reused = fourth.address()? == address;
    let clean = fourth.count(0)?;
    let which = if reused { "the same" } else { "other" };
    console.line(format_args!("A fourth has {which} pages: {clean} bytes are zero"));
    let [a, b, c] = mine;
    Ok(Observed {
        leased: [three, two, leased()],
        marked: [a, b, c, first.count(1)?, third.count(3)?],
        clean,
        reused,
    })
}
