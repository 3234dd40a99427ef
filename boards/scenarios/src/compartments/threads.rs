//! Programs with threads in a compartment: whatever allocation fails, that is an error of the program, and
//! whoever waits in its memory is told when it ends.

use alloc::{boxed::Box, sync::Arc, vec, vec::Vec};
use core::{future, task::Poll};

use vellum::{
    Caller, Engine, Error, Instance, Linker, MemoryType, Module, PagePool, RunError, SharedMemory,
    StaticBuffer, Store, Trap, TypedFunc,
};

use super::{
    InUse, STACK, config,
    generated::{End, module},
};
use crate::{Platform, Task, Work, parallel::CheckFailure};

static PROGRAM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/program.wasm"));
/// Fuel of a slice: threads stop many times.
const SLICE: u64 = 20;
/// Calls that run or wait at once.
const CALLS: usize = 4;
/// Where a guest that waits says so.
const WAITS: usize = 16;

/// Lets each allocation of a program's life fail, and has a program end while others wait for it.
///
/// # Errors
///
/// If one does not end in its error, if something is lost, or if somebody waits in vain.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
) -> Result<(), CheckFailure> {
    let count = lived(platform, pages, buffer, usize::MAX)?;
    for fails in 0..count {
        lived(platform, pages, buffer, fails)?;
    }
    platform.line(format_args!(
        "threads: {count} allocations, each failed once: {count} errors, nothing lost"
    ));
    let before = InUse::now(platform, pages);
    let loaded = ended_while_one_waits(platform, pages, buffer)?;
    before.check(platform, pages)?;
    platform.line(format_args!(
        "threads: a guest that waits is told when module {loaded} does not fit, nothing lost"
    ));
    Ok(())
}

fn engine<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
) -> Result<Engine, Error> {
    let mut config = config(pages);
    config.consume_fuel(false).threads(true).slice(SLICE).concurrent_calls(CALLS);
    Engine::new(config.platform(platform.threads()).compartment(buffer, STACK))
}

/// A life with `count` allocations. Gives how many there were.
fn lived<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
    count: usize,
) -> Result<usize, CheckFailure> {
    let before = InUse::now(platform, pages);
    let data = Arc::new(());
    let engine = engine(platform, pages, buffer)?;
    platform.fail_allocations(buffer, Some(count));
    let life = life(&engine, &data);
    let made = platform.fail_allocations(buffer, None);
    drop(engine);
    match life {
        Ok(counted) => CheckFailure::unless_equal("counted", counted, 97_u32)?,
        Err(Error::OutOfHeap { .. }) if made > count => {}
        Err(error) => return Err(error.into()),
    }
    CheckFailure::unless_equal("what the embedder owns", Arc::strong_count(&data) as u64, 1_u32)?;
    drop(data);
    before.check(platform, pages)?;
    Ok(made)
}

/// The life of a program with threads: they count and wait for each other, one traps, and a second store
/// does the same in the same memory. Gives what they have counted.
///
/// # Errors
///
/// Any error of the runtime but that trap.
pub fn life(engine: &Engine, data: &Arc<()>) -> Result<u32, Error> {
    let memory = memory(engine)?;
    let (mut store, instance) = program(engine, &memory, Arc::clone(data))?;
    let run: TypedFunc<(i32, i32), u32> = instance.get_typed_func(&store, "run")?;
    let mut counted = run.call(&mut store, (3, 10))?;
    counted += run.call(&mut store, (2, 30))?;
    match run.call(&mut store, (2, 0)) {
        Err(Error::Trap(Trap::Unreachable)) => {}
        other => drop(other?),
    }
    let (mut store, instance) = program(engine, &memory, Arc::clone(data))?;
    let run: TypedFunc<(i32, i32), u32> = instance.get_typed_func(&store, "run")?;
    counted += run.call(&mut store, (1, 7))?;
    Ok(counted)
}

/// The memory of a program.
///
/// # Errors
///
/// Any error of the runtime.
pub fn memory(engine: &Engine) -> Result<SharedMemory, Error> {
    let ty = MemoryType::builder().min(1024).max(Some(2048)).shared(true).page_size_log2(0);
    SharedMemory::new(engine, ty.build()?)
}

/// A program that starts threads, each of which has what its store has.
///
/// # Errors
///
/// Any error of the runtime.
#[inline(never)]
pub fn program(
    engine: &Engine,
    memory: &SharedMemory,
    data: Arc<()>,
) -> Result<(Store<Arc<()>>, Instance), Error> {
    let module = Module::new(engine, PROGRAM)?;
    let mut linker = Linker::new(engine);
    linker.define("env", "memory", memory.clone())?;
    let spawn = |mut caller: Caller<'_, Arc<()>>, argument: i32| {
        let data = Arc::clone(caller.data());
        caller.spawn(data, argument)
    };
    linker.func_wrap("wasi", "thread-spawn", spawn)?;
    let mut store = Store::new(engine, data);
    let instance = linker.instantiate(&mut store, &module)?;
    Ok((store, instance))
}

/// Has a guest wait for ever while modules are loaded until one has no room. Gives how many there were.
#[inline(never)]
fn ended_while_one_waits<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
) -> Result<u32, CheckFailure> {
    let engine = engine(platform, pages, buffer)?;
    let memory = memory(&engine)?;
    let (store, instance) = program(&engine, &memory, Arc::new(()))?;
    let park = instance.get_typed_func(&store, "park")?;
    let loaded = Arc::default();
    let waits: Box<dyn Work> = Box::new(Waits { store, park });
    let loads = Box::new(Loads { engine, memory, loaded: Arc::clone(&loaded) });
    platform.at_once(vec![waits, loads])?;
    Ok(*loaded.lock())
}

/// A guest that waits, and that is to be told that it will not go on.
struct Waits {
    store: Store<Arc<()>>,
    park: TypedFunc<(), i32>,
}

fn told(result: Result<i32, Error>) -> Result<(), Error> {
    match result {
        Err(Error::Compartment(RunError::Abandoned)) => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(Error::Exit(1)),
    }
}

impl Work for Waits {
    fn run(&mut self) -> Result<(), Error> {
        told(self.park.call(&mut self.store, ()))
    }

    fn task(&mut self) -> Task<'_> {
        Box::pin(async { told(self.park.call_async(&mut self.store, ()).await) })
    }
}

/// Loads modules until one has no room, once a guest waits.
struct Loads {
    engine: Engine,
    memory: SharedMemory,
    loaded: Arc<spin::Mutex<u32>>,
}

impl Loads {
    fn fill(&self) -> Result<(), Error> {
        let mut modules = Vec::new();
        loop {
            match Module::new(&self.engine, module(40, 30, End::Returns)) {
                Ok(module) => modules.push(module),
                Err(Error::OutOfHeap { .. }) => break,
                Err(error) => return Err(error),
            }
        }
        *self.loaded.lock() = modules.len() as u32 + 1;
        Ok(())
    }
}

impl Work for Loads {
    fn task(&mut self) -> Task<'_> {
        Box::pin(async {
            future::poll_fn(|context| match self.memory.atomic_load::<u32>(WAITS) {
                Ok(0) => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                other => Poll::Ready(other),
            })
            .await?;
            self.fill()
        })
    }
}
