//! What threads cost, on the machine's own counters.
//!
//! Everything is done `TIMES` times, and what the loop around it takes is subtracted.

use alloc::boxed::Box;
use core::{
    future::Future,
    hint::black_box,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use vellum::{
    Engine, Error, Instance, Linker, Memory, MemoryType, Module, PagePool, SharedMemory, Store,
};

use super::workloads::{Calls, Load, config, measure};
use crate::{Platform, parallel::counting};

static ACCESSES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/accesses.wasm"));

/// How often each thing is done: figures are in thousandths of an instruction.
const TIMES: u32 = 1000;
/// A slice that nothing uses up.
const ENDLESS: u64 = u64::MAX;
/// Where guests access, and what lies there at first.
const ADDRESS: usize = 64;
const THERE: u32 = 7;
/// Bytes that the host reads and writes.
const BYTES: usize = 16;

/// Functions of the guest that accesses.
const FUNCTIONS: [&str; 10] = [
    "plain-load",
    "plain-store",
    "plain-add",
    "plain-exchange",
    "atomic-load",
    "atomic-store",
    "atomic-add",
    "atomic-exchange",
    "copy-64",
    "copy-1024",
];

/// Measures accesses, slices, waits and the host's accesses, then the workloads of a module without
/// threads and in slices. Prints one line `bench: NAME COUNT CHECKSUM` for each, the checksum in
/// hexadecimal.
///
/// # Errors
///
/// Any error of the runtime.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    load: Load<'_>,
) -> Result<(), Error> {
    let place = Measurement { platform, pages };
    let empty = place.native()?;
    place.locked()?;
    place.slices(empty)?;
    place.waits()?;
    place.parks()?;
    place.host()?;
    let mut config = config(pages);
    measure(platform, &config, Calls::Blocking, load, "whole-")?;
    measure(
        platform,
        config.threads(true).platform(platform.threads()),
        Calls::Blocking,
        load,
        "sliced-",
    )?;
    platform.line(format_args!("bench: end"));
    Ok(())
}

/// Where everything is measured.
struct Measurement<'a, P> {
    platform: &'a P,
    pages: &'static PagePool,
}

impl<P: Platform> Measurement<'_, P> {
    /// A memory of a new engine with threads.
    #[inline(never)]
    fn memory(&self, slice: u64) -> Result<SharedMemory, Error> {
        let mut config = config(self.pages);
        config.threads(true).slice(slice).concurrent_calls(2).platform(self.platform.threads());
        SharedMemory::new(&Engine::new(&config)?, MemoryType::shared(1, 1))
    }

    fn count<R>(&self, work: impl FnOnce() -> Result<R, Error>) -> Result<(u64, R), Error> {
        let start = self.platform.clock().unwrap_or(0);
        let result = work()?;
        Ok((self.platform.clock().unwrap_or(0).wrapping_sub(start), result))
    }

    fn print(&self, label: &str, name: &str, count: u64, checksum: u32) {
        self.platform.line(format_args!("bench: {label}{name} {count} {checksum:x}"));
    }

    /// Gives what an empty loop takes.
    #[inline(never)]
    fn native(&self) -> Result<u64, Error> {
        let memory = self.memory(ENDLESS)?;
        self.accesses("", &memory, memory.engine())
    }

    #[inline(never)]
    fn locked(&self) -> Result<u64, Error> {
        let (memory, other) = (self.memory(ENDLESS)?, Engine::new(&config(self.pages))?);
        self.accesses("locked-", &memory, &other)
    }

    /// Prints what each kind of access takes; the checksum is made of what it gave last and what
    /// lies there then. Gives what an empty loop takes.
    fn accesses(&self, label: &str, memory: &SharedMemory, engine: &Engine) -> Result<u64, Error> {
        let mut guest = Guest::new(engine, memory, ACCESSES)?;
        let (empty, _) = self.count(|| guest.call("empty"))?;
        for name in FUNCTIONS {
            memory.write_value(ADDRESS, &THERE)?;
            let (count, seen) = self.count(|| guest.call(name))?;
            let there: u32 = memory.read_value(ADDRESS)?;
            self.print(label, name, count.saturating_sub(empty), seen.wrapping_add(there));
        }
        Ok(empty)
    }

    /// In slices of one unit of fuel each round of an empty loop is one.
    #[inline(never)]
    fn slices(&self, empty: u64) -> Result<(), Error> {
        let memory = self.memory(1)?;
        let [mut one, mut other] = Guest::two(&memory, ACCESSES)?;
        let (count, left) = self.count(|| one.call("empty"))?;
        self.print("", "slice", count.saturating_sub(empty), left);
        let (count, left) =
            self.count(|| alternate(one.running("empty"), other.running("empty")))?;
        self.print("", "slice-of-two", (count / 2).saturating_sub(empty), left);
        Ok(())
    }

    /// Two guests wait for each other, and hand over `TIMES` times.
    #[inline(never)]
    fn waits(&self) -> Result<(), Error> {
        let memory = self.memory(ENDLESS)?;
        let [mut one, mut other] = Guest::two(&memory, counting::TURNS)?;
        let (count, _) = self.count(|| alternate(one.turns(0), other.turns(1)))?;
        self.print("", "hand-over", count, memory.read_value(counting::COUNTER)?);
        Ok(())
    }

    /// A guest waits, and the host ends each of its waits.
    #[inline(never)]
    fn parks(&self) -> Result<(), Error> {
        let memory = self.memory(ENDLESS)?;
        memory.write_value(ADDRESS, &THERE)?;
        let mut guest = Guest::new(memory.engine(), &memory, ACCESSES)?;
        let (count, notified) = self.count(|| notify_each_time(&memory, guest.running("wait")))?;
        self.print("", "park", count, notified);
        Ok(())
    }

    #[inline(never)]
    fn host(&self) -> Result<(), Error> {
        let shared = self.memory(ENDLESS)?;
        let mut store = Store::new(&Engine::new(&config(self.pages))?, ());
        let private = Memory::new(&mut store, MemoryType::new(1, Some(1)))?;
        self.transfers("private-write", THERE, |at, bytes| private.write(&mut store, at, bytes))?;
        self.transfers("private-read", 0, |at, bytes| private.read(&store, at, bytes))?;
        self.transfers("shared-write", THERE, |at, bytes| shared.write(at, bytes))?;
        self.transfers("shared-read", 0, |at, bytes| shared.read(at, bytes))
    }

    /// Prints what a transfer of the host takes; the checksum is what is in the first byte at last.
    fn transfers(
        &self,
        name: &str,
        first: u32,
        mut transfer: impl FnMut(usize, &mut [u8; BYTES]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut bytes = [first as u8; BYTES];
        let (empty, ()) = self.count(|| {
            for _ in 0..TIMES {
                black_box((black_box(ADDRESS), black_box(&mut bytes)));
            }
            Ok(())
        })?;
        let (count, ()) = self.count(|| {
            (0..TIMES).try_for_each(|_| transfer(black_box(ADDRESS), black_box(&mut bytes)))
        })?;
        let [first, ..] = bytes;
        self.print("", name, count.saturating_sub(empty), first.into());
        Ok(())
    }
}

/// A guest that does something a number of times.
struct Guest {
    store: Store<()>,
    instance: Instance,
}

impl Guest {
    /// On the heap, out of the way of the small native stack.
    #[inline(never)]
    fn new(
        engine: &Engine,
        memory: &SharedMemory,
        module: &'static [u8],
    ) -> Result<Box<Guest>, Error> {
        let mut store = Store::new(engine, ());
        let mut linker = Linker::new(engine);
        linker.define("env", "memory", memory.as_memory(&mut store)?)?;
        let instance = linker.instantiate(&mut store, &Module::new(engine, module)?)?;
        Ok(Box::new(Guest { store, instance }))
    }

    /// Two stores of the memory's engine.
    fn two(memory: &SharedMemory, module: &'static [u8]) -> Result<[Box<Guest>; 2], Error> {
        let guest = || Guest::new(memory.engine(), memory, module);
        Ok([guest()?, guest()?])
    }

    fn call(&mut self, name: &str) -> Result<u32, Error> {
        let function = self.instance.get_typed_func::<u32, u32>(&self.store, name)?;
        function.call(&mut self.store, TIMES)
    }

    async fn running(&mut self, name: &str) -> Result<u32, Error> {
        let function = self.instance.get_typed_func::<u32, u32>(&self.store, name)?;
        function.call_async(&mut self.store, TIMES).await
    }

    async fn turns(&mut self, me: u32) -> Result<u32, Error> {
        let run = self.instance.get_typed_func::<(u32, u32), ()>(&self.store, "run")?;
        run.call_async(&mut self.store, (me, TIMES / 2)).await.map(|()| me)
    }
}

/// Polls a call until it is done, and notifies whenever it waits. Gives how often that ended a wait,
/// plus the call's result.
fn notify_each_time(
    memory: &SharedMemory,
    call: impl Future<Output = Result<u32, Error>>,
) -> Result<u32, Error> {
    let context = &mut Context::from_waker(Waker::noop());
    let mut call = Box::pin(call);
    let mut notified = 0;
    loop {
        match call.as_mut().poll(context) {
            Poll::Ready(given) => return given.map(|given| notified + given),
            Poll::Pending => notified += memory.atomic_notify(ADDRESS as u64, 1)?,
        }
    }
}

/// Polls two calls in turns until both are done, and gives the sum of their results.
fn alternate<'a>(
    one: impl Future<Output = Result<u32, Error>> + 'a,
    other: impl Future<Output = Result<u32, Error>> + 'a,
) -> Result<u32, Error> {
    let context = &mut Context::from_waker(Waker::noop());
    let mut calls: [Pin<Box<dyn Future<Output = _> + 'a>>; 2] = [Box::pin(one), Box::pin(other)];
    let mut results = [None; 2];
    while results.contains(&None) {
        for (call, result) in calls.iter_mut().zip(&mut results) {
            if result.is_none()
                && let Poll::Ready(done) = call.as_mut().poll(context)
            {
                *result = Some(done?);
            }
        }
    }
    Ok(results.into_iter().flatten().sum())
}
