//! How soon a guest ends: what is executed from the interrupt on until the call returns.

use core::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use vellum::{Engine, Error, InterruptHandle, Linker, PagePool, Store};

use super::{
    guest::{Guest, config, starting},
    handler,
};
use crate::Platform;

/// Units of fuel of a slice, where it is not the default.
const SHORT: u64 = 1_000;
/// How often each kind of guest is stopped.
const TIMES: u32 = 48;
/// How often a second the interrupt comes at first, and by how much more each time: so it comes in other
/// places of the guest.
const RATE: u32 = 1_500;
const MORE: u32 = 19;

/// Functions of the guest that compute, and what they are.
const FUNCTIONS: [&str; 11] =
    ["loop", "sqrt", "div", "rem", "call", "fill", "copy", "init", "grow", "table", "table-copy"];

/// Stops guests of all kinds, and prints the most that any of them took: a line
/// `bench: NAME COUNT 0` for each. None where there is no timer that interrupts.
///
/// # Errors
///
/// Any error of the runtime.
pub fn run<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<(), Error> {
    let machine = platform.threads();
    if !platform.start_interrupts(RATE, handler::handle) {
        platform.line(format_args!("stops: left out, there is no timer that interrupts"));
        return Ok(());
    }
    platform.stop_interrupts();
    for (label, slice) in [("stop-", SHORT), ("stop-default-", 10_000)] {
        let engine = Engine::new(&config(pages, machine, slice))?;
        for name in FUNCTIONS {
            let most = most(platform, |watch| computing(&engine, name, watch))?;
            print(platform, label, name, most);
        }
        let most = most(platform, |watch| start(&engine, watch))?;
        print(platform, label, "start", most);
    }
    let engine = Engine::new(&config(pages, machine, SHORT))?;
    let never = most(platform, |watch| never(&engine, watch))?;
    print(platform, "stop-", "never", never);
    let mut config = config(pages, machine, SHORT);
    let engine = Engine::new(config.threads(true))?;
    for (name, function) in [("threads", "loop"), ("sleep", "sleep")] {
        let most = most(platform, |watch| computing(&engine, function, watch))?;
        print(platform, "stop-", name, most);
    }
    platform.line(format_args!("bench: end"));
    Ok(())
}

fn print<P: Platform>(platform: &P, label: &str, name: &str, most: u32) {
    platform.line(format_args!("bench: {label}{name} {most} 0"));
}

/// Has the interrupt stop a store.
type Watch<'a> = &'a dyn Fn(InterruptHandle);

/// The most that it takes until a guest ends. `run` starts it, and returns when it has ended.
#[inline(never)]
fn most<P: Platform>(
    platform: &P,
    mut run: impl FnMut(Watch<'_>) -> Result<(), Error>,
) -> Result<u32, Error> {
    let machine = platform.threads();
    let mut most = 0;
    for turn in 0..TIMES {
        let rate = RATE + turn * MORE;
        let ended = run(&|handle| {
            handler::arm(handle, machine, 0);
            platform.start_interrupts(rate, handler::handle);
        });
        let took = handler::since_stop(machine);
        platform.stop_interrupts();
        handler::disarm();
        match ended {
            Err(Error::Interrupted) => most = most.max(took),
            Err(error) => return Err(error),
            Ok(()) => return Err(Error::Internal("a guest without an end has ended")),
        }
    }
    Ok(most)
}

fn computing(engine: &Engine, name: &str, watch: Watch<'_>) -> Result<(), Error> {
    let mut guest = Guest::new(engine)?;
    let function = guest.function(name)?;
    watch(guest.handle()?);
    function.call(&mut guest.store, ())
}

fn start(engine: &Engine, watch: Watch<'_>) -> Result<(), Error> {
    let module = starting(engine)?;
    let mut store = Store::new(engine, ());
    let linker = Linker::new(engine);
    watch(store.interrupt_handle()?);
    linker.instantiate(&mut store, &module).map(drop)
}

/// A guest whose host function never returns, as a future that a small executor runs.
fn never(engine: &Engine, watch: Watch<'_>) -> Result<(), Error> {
    let mut guest = Guest::new(engine)?;
    let function = guest.function("never")?;
    watch(guest.handle()?);
    let mut call = pin!(function.call_async(&mut guest.store, ()));
    loop {
        match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(ended) => return ended,
            Poll::Pending => engine.platform().idle(),
        }
    }
}
