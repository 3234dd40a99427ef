//! The workloads that other runtimes were measured with, on the machine's own counters.

use alloc::vec::Vec;
#[cfg(feature = "compartments")]
use core::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use vellum::{
    Config, Engine, Error, Func, Instance, Linker, Module, ModuleBytes, PagePool, Store, Val,
};

use crate::Platform;

/// Bytes of the guest's value stack, and functions that may be active: those of the other
/// runtimes.
const VALUE_STACK: usize = 1024;
const RECURSION: usize = 64;

const SOURCE: u32 = 16;
const BYTES: u32 = 16 * 1024;
const HALF_PAGE: u32 = 32 * 1024;
const CALLS: u32 = 1000;

/// Gives the module each time that it is loaded. The one before is gone by then.
pub type Load<'a> = &'a dyn Fn() -> Result<ModuleBytes, Error>;

/// Loads a module, runs the workloads and prints one line `bench: NAME COUNT CHECKSUM` for each,
/// the checksum in hexadecimal; then heap and native stack.
///
/// # Errors
///
/// Any error of the runtime.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    load: Load<'_>,
) -> Result<(), Error> {
    measure(platform, &config(pages), Calls::Blocking, load, "")?;
    platform.line(format_args!("bench: end"));
    Ok(())
}

/// What the other runtimes had.
pub(super) fn config(pages: &'static PagePool) -> Config {
    let mut config = Config::new();
    config.page_pool(pages).max_value_stack(VALUE_STACK).max_recursion_depth(RECURSION);
    config
}

/// How the workloads are called.
#[derive(Clone, Copy)]
pub(super) enum Calls {
    Blocking,
    /// As futures, which are polled again as soon as they have given way.
    #[cfg(feature = "compartments")]
    Futures,
}

impl Calls {
    fn call(
        self,
        store: &mut Store<()>,
        function: Func,
        arguments: &[Val],
        results: &mut [Val],
    ) -> Result<(), Error> {
        match self {
            Self::Blocking => function.call(store, arguments, results),
            #[cfg(feature = "compartments")]
            Self::Futures => {
                let mut call = pin!(function.call_async(store, arguments, results));
                loop {
                    let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                    if let Poll::Ready(result) = polled {
                        return result;
                    }
                }
            }
        }
    }
}

/// Measures on an engine of this configuration; `label` begins the names.
pub(super) fn measure<P: Platform>(
    platform: &P,
    config: &Config,
    calls: Calls,
    load: Load<'_>,
    label: &'static str,
) -> Result<(), Error> {
    platform.restart();
    let base = platform.heap().map_or(0, |heap| heap.used);
    let engine = Engine::new(config)?;
    let bytes = load()?;
    let start = platform.clock().unwrap_or(0);
    let module = Module::new(&engine, bytes)?;
    let loading = platform.clock().unwrap_or(0).wrapping_sub(start);
    loaded(platform, calls, &module, loading, label)?;
    let peak = platform.heap().map_or(0, |heap| heap.peak);
    platform.line(format_args!("bench: {label}heap-peak {}", peak.saturating_sub(base)));
    Ok(())
}

/// Instantiates the module and runs the workloads. Kept out of the frames that are active while a
/// module is loaded.
#[inline(never)]
fn loaded<P: Platform>(
    platform: &P,
    calls: Calls,
    module: &Module,
    loading: u64,
    label: &'static str,
) -> Result<(), Error> {
    let store = Store::new(module.engine(), ());
    let mut bench = Bench { platform, store, calls, before: loading, label };
    let guest = bench.time("load", |store| {
        let mut linker = Linker::new(module.engine());
        linker.func_wrap("env", "h", |x: u32| x.wrapping_add(1))?;
        Ok((linker.instantiate(store, module)?, 0))
    })?;
    platform.line(format_args!("bench: {label}stack-load {}", platform.stack().unwrap_or(0)));
    platform.repaint();
    bench.workloads(&guest)?;
    platform.line(format_args!("bench: {label}stack-run {}", platform.stack().unwrap_or(0)));
    Ok(())
}

struct Bench<'a, P> {
    platform: &'a P,
    store: Store<()>,
    calls: Calls,
    /// What was counted for the next line before.
    before: u64,
    /// What all names begin with.
    label: &'static str,
}

impl<P: Platform> Bench<'_, P> {
    fn workloads(&mut self, guest: &Instance) -> Result<(), Error> {
        self.call(guest, "fib", &[20])?;
        self.call(guest, "sieve", &[SOURCE, 5])?;
        let fill = guest.get_func(&self.store, "fill")?;
        let arguments = [SOURCE, BYTES].map(Val::from);
        fill.call(&mut self.store, &arguments, &mut [Val::I32(0)])?;
        self.call_as("crc", guest, "crc32", &[SOURCE, BYTES])?;
        self.call(guest, "matmul", &[SOURCE])?;
        self.call(guest, "bytecopy", &[SOURCE + BYTES, SOURCE, BYTES])?;
        self.call(guest, "bulk", &[SOURCE, HALF_PAGE, HALF_PAGE - SOURCE, 16])?;
        self.call(guest, "hostcalls", &[CALLS])?;
        let nop = guest.get_typed_func::<(), ()>(&self.store, "nop")?;
        self.time("guestcalls", |store| {
            for _ in 0..CALLS {
                nop.call(&mut *store, ())?;
            }
            Ok(((), CALLS))
        })?;
        self.call(guest, "grow", &[1])
    }

    fn call(&mut self, guest: &Instance, name: &str, arguments: &[u32]) -> Result<(), Error> {
        self.call_as(name, guest, name, arguments)
    }

    fn call_as(
        &mut self,
        as_name: &str,
        guest: &Instance,
        name: &str,
        arguments: &[u32],
    ) -> Result<(), Error> {
        let function = guest.get_func(&self.store, name)?;
        let arguments: Vec<Val> = arguments.iter().copied().map(Val::from).collect();
        let calls = self.calls;
        self.time(as_name, |store| {
            let mut results = [Val::I32(0)];
            calls.call(store, function, &arguments, &mut results)?;
            let [result] = results;
            Ok(((), result.i32().unwrap_or(0).cast_unsigned()))
        })
    }

    /// Prints what `work` took, and the checksum it gives.
    fn time<R>(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Store<()>) -> Result<(R, u32), Error>,
    ) -> Result<R, Error> {
        let start = self.platform.clock().unwrap_or(0);
        let (result, checksum) = work(&mut self.store)?;
        let count = self.platform.clock().unwrap_or(0).wrapping_sub(start);
        let count = core::mem::take(&mut self.before) + count;
        let label = self.label;
        self.platform.line(format_args!("bench: {label}{name} {count} {checksum:x}"));
        Ok(result)
    }
}
