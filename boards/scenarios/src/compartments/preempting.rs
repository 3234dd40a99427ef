//! Calls that are futures give way wherever their guest is, when a timer says so, and can be given up there.

use alloc::sync::Arc;
use core::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use vellum::{
    Caller, CompilationMode, Engine, Error, Linker, Module, PagePool, RunError, StaticBuffer,
    Store, TypedFunc, give_way,
};

use super::{InUse, LONGEST, RATE, STACK, Stretches, config};
use crate::{Platform, parallel::CheckFailure};

/// Interrupts a second, and when functions are translated: one every 2,500 and every 2,000 instructions, to find
/// guests in as many places as can be. Only where instructions are counted: elsewhere the next interrupt may come
/// before a guest has gone on.
static FAST: [(u32, CompilationMode); 2] =
    [(397_003, CompilationMode::Eager), (499_979, CompilationMode::Lazy)];
/// How often a call is given up.
const GIVEN_UP: u32 = 200;

static GUEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/preempted.wasm"));

/// What is called, and how many rounds it makes.
static CALLS: [(&str, i32); 5] =
    [("compute", 3_000), ("fib", 60), ("call", 4_000), ("back", 1_000), ("grow", 4_000)];

/// Calls guests as futures, with a timer and without, and gives calls up.
///
/// # Errors
///
/// If one gives something else than it should, if a stretch is too long with a timer, or if something is lost.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
) -> Result<(), CheckFailure> {
    let mut gave_way = 0;
    let timers = [(RATE, CompilationMode::Eager)].into_iter().chain(FAST);
    for (rate, mode) in timers.take(if platform.clock().is_some() { 3 } else { 1 }) {
        for &(name, rounds) in &CALLS {
            let guest = || guest(pages, buffer, mode, name, &Arc::new(()));
            let (whole, divided) = called(platform, pages, rate, guest, rounds)?;
            let (unit, Stretches { count, longest, sum }) = (platform.unit(), divided);
            platform.line(format_args!(
                "preempts: {name}: {whole} {unit} in one piece, {sum} in {count} stretches of up to {longest}"
            ));
            gave_way += count - 1;
        }
    }
    // Nothing interrupts a PC's guests.
    if cfg!(target_os = "none") && platform.start_interrupts(RATE, give_way) {
        let given_up = all_given_up(platform, pages, buffer);
        platform.stop_interrupts();
        given_up?;
        let is_seldom = u32::from(gave_way < 10);
        CheckFailure::unless_equal("calls that gave way too seldom", is_seldom, 0_u32)?;
        platform.line(format_args!("preempts: {GIVEN_UP} calls given up, nothing lost"));
    }
    Ok(())
}

/// Gives calls up, and looks each time whether something is lost.
fn all_given_up<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
) -> Result<(), CheckFailure> {
    let before = InUse::now(platform, pages);
    for polls in 1..=GIVEN_UP {
        let witness = Arc::new(());
        give_up(pages, buffer, polls, &witness)?;
        CheckFailure::unless_equal("owners", Arc::strong_count(&witness) as u64, 1_u32)?;
        drop(witness);
        before.check(platform, pages)?;
    }
    Ok(())
}

/// Compares a call as a future, with a timer, with one that blocks. Gives what that takes, and how the future was
/// divided.
#[inline(never)]
fn called<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    rate: u32,
    guest: impl Fn() -> Result<Guest, Error>,
    rounds: i32,
) -> Result<(u64, Stretches), CheckFailure> {
    let (mut store, func) = guest()?;
    let start = platform.clock();
    let expected = func.call(&mut store, rounds)?;
    let whole = platform.clock().zip(start).map_or(0, |(end, start)| end - start);
    drop(store);
    let has_timer = platform.start_interrupts(rate, give_way);
    let before = InUse::now(platform, pages);
    let divided = guest()
        .map(|(mut store, func)| Stretches::of(platform, func.call_async(&mut store, rounds)));
    let in_use = before.check(platform, pages);
    platform.stop_interrupts();
    let (given, divided) = divided?;
    in_use?;
    CheckFailure::unless_equal("what it gives", given?.cast_unsigned(), expected.cast_unsigned())?;
    // Where no instructions are counted, the host's time tells how often the interrupt comes.
    if cfg!(target_os = "none") && has_timer && start.is_some() {
        let is_seldom = u32::from(divided.count < 10);
        CheckFailure::unless_equal("calls that gave way too seldom", is_seldom, 0_u32)?;
        let is_too_long = rate == RATE && divided.longest > LONGEST;
        CheckFailure::unless_equal("too long stretches", u32::from(is_too_long), 0_u32)?;
    }
    Ok((whole, divided))
}

/// Gives a call up that has given way so often: its engine is of no more use, and nothing else is.
#[inline(never)]
fn give_up(
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
    polls: u32,
    witness: &Arc<()>,
) -> Result<(), CheckFailure> {
    let index = polls as usize % CALLS.len();
    let name = CALLS.get(index).map_or("compute", |(name, _)| name);
    let mode = if polls.is_multiple_of(2) { CompilationMode::Eager } else { CompilationMode::Lazy };
    let (mut store, func) = guest(pages, buffer, mode, name, witness)?;
    let engine = store.engine().clone();
    {
        let mut call = pin!(func.call_async(&mut store, -1));
        let mut poll = || call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let has_ended = (0..1 + polls / 8).any(|_| poll().is_ready());
        CheckFailure::unless_equal("calls that ended", u32::from(has_ended), 0_u32)?;
        refused(Module::new(&engine, GUEST).map(drop), RunError::InUse)?;
    }
    refused(func.call(&mut store, 1).map(drop), RunError::Abandoned)
}

/// Fails unless it was refused for this reason.
fn refused(result: Result<(), Error>, reason: RunError) -> Result<(), CheckFailure> {
    match result {
        Err(Error::Compartment(error)) if error == reason => Ok(()),
        Err(error) => Err(error.into()),
        Ok(()) => CheckFailure::unless_equal("what should be refused", 1_u32, 0_u32),
    }
}

type Guest = (Store<Arc<()>>, TypedFunc<i32, i32>);

/// A guest whose calls give way, and a function of it.
#[inline(never)]
fn guest(
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
    mode: CompilationMode,
    name: &str,
    witness: &Arc<()>,
) -> Result<Guest, Error> {
    let mut config = config(pages);
    config.consume_fuel(false).compilation_mode(mode);
    config.compartment(buffer, STACK).preemptible(true);
    let engine = Engine::new(&config)?;
    let module = Module::new(&engine, GUEST)?;
    let mut linker = Linker::new(&engine);
    let held = Arc::clone(witness);
    linker.func_wrap("host", "next", move |n: i32| n + (Arc::strong_count(&held) > 1) as i32)?;
    linker.func_wrap("host", "back", |mut caller: Caller<'_, Arc<()>>, n: i32| {
        let same = caller.get_export("same").and_then(|export| export.into_func());
        let same: TypedFunc<i32, i32> = same.ok_or(Error::Exit(1))?.typed(&caller)?;
        same.call(&mut caller, n)
    })?;
    let mut store = Store::new(&engine, Arc::clone(witness));
    let instance = linker.instantiate(&mut store, &module)?;
    let func = instance.get_typed_func::<i32, i32>(&mut store, name)?;
    Ok((store, func))
}
