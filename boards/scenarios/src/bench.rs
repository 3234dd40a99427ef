//! The workloads that other runtimes were measured with, on the machine's own counters.

use vellum::{Engine, Error, Instance, Linker, Module, Store, WasmParams};

use crate::{Platform, runner::Resources};

const SOURCE: u32 = 16;
const BYTES: u32 = 16 * 1024;
const HALF_PAGE: u32 = 32 * 1024;
const CALLS: u32 = 1000;

/// Loads `module`, runs the workloads and prints one line `bench: NAME COUNT CHECKSUM` for each,
/// the checksum in hexadecimal; then heap and native stack.
///
/// # Errors
///
/// Whatever the runtime reports.
pub fn run<P: Platform>(
    platform: &P,
    resources: &Resources,
    module: &'static [u8],
) -> Result<(), Error> {
    platform.restart();
    let base = platform.heap().map_or(0, |heap| heap.used);
    let engine = Engine::new(&resources.config())?;
    let mut bench = Bench { platform, store: Store::new(&engine, ()) };
    let mut linker = Linker::new(&engine);
    linker.func_wrap("env", "h", |x: u32| x.wrapping_add(1))?;
    let guest = bench.time("load", |store| {
        let module = Module::new(&engine, module)?;
        Ok((linker.instantiate(store, &module)?, 0))
    })?;
    drop(linker);
    let loading = (platform.heap(), platform.stack());
    platform.restart();
    bench.workloads(&guest)?;

    let peak = [loading.0, platform.heap()].into_iter().flatten().map(|heap| heap.peak).max();
    platform.line(format_args!("bench: heap-peak {}", peak.unwrap_or(0).saturating_sub(base)));
    platform.line(format_args!("bench: stack-load {}", loading.1.unwrap_or(0)));
    platform.line(format_args!("bench: stack-run {}", platform.stack().unwrap_or(0)));
    platform.line(format_args!("bench: end"));
    Ok(())
}

struct Bench<'a, P> {
    platform: &'a P,
    store: Store<()>,
}

impl<P: Platform> Bench<'_, P> {
    fn workloads(&mut self, guest: &Instance) -> Result<(), Error> {
        self.call(guest, "fib", 20)?;
        self.call(guest, "sieve", (SOURCE, 5))?;
        let fill = guest.get_typed_func::<(u32, u32), u32>(&self.store, "fill")?;
        fill.call(&mut self.store, (SOURCE, BYTES))?;
        self.call_as("crc", guest, "crc32", (SOURCE, BYTES))?;
        self.call(guest, "matmul", SOURCE)?;
        self.call(guest, "bytecopy", (SOURCE + BYTES, SOURCE, BYTES))?;
        self.call(guest, "bulk", (SOURCE, HALF_PAGE, HALF_PAGE - SOURCE, 16))?;
        self.call(guest, "hostcalls", CALLS)?;
        let nop = guest.get_typed_func::<(), ()>(&self.store, "nop")?;
        self.time("guestcalls", |store| {
            for _ in 0..CALLS {
                nop.call(&mut *store, ())?;
            }
            Ok(((), CALLS))
        })?;
        self.call(guest, "grow", 1)
    }

    fn call(&mut self, guest: &Instance, name: &str, params: impl WasmParams) -> Result<(), Error> {
        self.call_as(name, guest, name, params)
    }

    fn call_as<Params: WasmParams>(
        &mut self,
        label: &str,
        guest: &Instance,
        name: &str,
        params: Params,
    ) -> Result<(), Error> {
        let function = guest.get_typed_func::<Params, u32>(&self.store, name)?;
        self.time(label, |store| Ok(((), function.call(store, params)?)))
    }

    /// Prints what `work` took, and the checksum it gives.
    fn time<R>(
        &mut self,
        label: &str,
        work: impl FnOnce(&mut Store<()>) -> Result<(R, u32), Error>,
    ) -> Result<R, Error> {
        let start = self.platform.clock().unwrap_or(0);
        let (result, checksum) = work(&mut self.store)?;
        let count = self.platform.clock().unwrap_or(0).wrapping_sub(start);
        self.platform.line(format_args!("bench: {label} {count} {checksum:x}"));
        Ok(result)
    }
}
