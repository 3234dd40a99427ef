//! A host function uses the shared memory of its guest: it has the lock already, and so reaches the
//! memory by its caller and by nothing else.

use vellum::{Caller, Error, Extern, Linker, Module, PagePool, SharedMemory, Store};

use super::{CheckFailure, MEMORY, engine};
use crate::Platform;

/// Where the host function writes, and what.
const ADDRESS: usize = 4;
const WRITTEN: u8 = 7;

static GUEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/host.wasm"));

/// Lets a host function use the memory.
///
/// # Errors
///
/// If what it wrote by its caller is not there, or if another handle of the same world was not refused
/// by [`Error::WouldDeadlock`].
pub fn run<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<(), CheckFailure> {
    let found = observe(platform, pages)?;
    platform.line(format_args!(
        "host function: wrote {found} by its caller, another handle of the memory would deadlock"
    ));
    CheckFailure::unless_equal("what a host function wrote", found, WRITTEN)
}

/// Gives what the guest found after the host function had written.
#[inline(never)]
fn observe<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<u32, Error> {
    let engine = engine(platform, pages)?;
    let memory = SharedMemory::new(&engine, MEMORY)?;
    let mut store = Store::new(&engine, memory.clone());
    let mut linker = Linker::new(&engine);
    linker.define("env", "memory", memory.as_memory(&mut store)?)?;
    linker.func_wrap("env", "host", write)?;
    let instance = linker.instantiate(&mut store, &Module::new(&engine, GUEST)?)?;
    instance.get_typed_func::<(), u32>(&store, "run")?.call(&mut store, ())
}

/// The handle is data of the store: one that the function itself kept would keep its own world alive.
fn write(mut caller: Caller<'_, SharedMemory>) -> Result<(), Error> {
    let handle = caller.data().clone();
    let own = caller.get_export("memory").and_then(Extern::into_memory);
    let own = own.ok_or(Error::host("the guest exports no memory"))?;
    own.write(&mut caller, ADDRESS, &[WRITTEN])?;
    match handle.write(ADDRESS, &[WRITTEN + 1]) {
        Err(Error::WouldDeadlock) => Ok(()),
        Err(error) => Err(error),
        Ok(()) => Err(Error::host("a second handle took the lock that the caller holds")),
    }
}
