//! Host functions that return later, of guests in a compartment.

use crate::failing::{BUFFERS, Buffer, STACK, each_fails, within};
use crate::loading::polled;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::thread;
use vellum::{Caller, Config, Engine, Error, Func, Instance, Linker, Module, RunError, Store, Val};
use vellum_scenarios::compartments::failing::is_on;

fn engine(buffer: &'static Buffer) -> Engine {
    Engine::new(Config::new().compartment(buffer, STACK)).expect("the buffer is free")
}

/// Where futures were made, polled and dropped.
#[derive(Default)]
struct Seen {
    inside: AtomicUsize,
    polled: AtomicUsize,
    dropped: AtomicUsize,
}

impl Seen {
    fn note(&self, count: &AtomicUsize, buffer: &'static Buffer) {
        count.fetch_add(1, Relaxed);
        self.inside.fetch_add(is_on(buffer).into(), Relaxed);
    }

    /// How many polls and drops there were.
    fn counts(&self) -> (usize, usize) {
        assert_eq!(self.inside.load(Relaxed), 0, "futures are the embedder's");
        (self.polled.load(Relaxed), self.dropped.load(Relaxed))
    }
}

/// Gives twice a number when it is polled a third time. It owns something, and allocates when it is
/// polled.
struct Doubling {
    seen: Arc<Seen>,
    buffer: &'static Buffer,
    number: i32,
    polls: Vec<usize>,
}

impl Future for Doubling {
    type Output = i32;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<i32> {
        let room = self.polls.len() * 100 + 1;
        self.polls.push(room);
        self.polls.reserve(room);
        self.seen.note(&self.seen.polled, self.buffer);
        if self.polls.len() < 3 {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(2 * self.number)
    }
}

impl Drop for Doubling {
    fn drop(&mut self) {
        self.seen.note(&self.seen.dropped, self.buffer);
    }
}

const GUEST: &str = r#"(module
    (import "host" "double" (func $double (param i32) (result i32)))
    (func $sum (export "sum") (param i32) (result i32)
        (if (result i32) (local.get 0)
            (then (i32.add (call $double (local.get 0))
                (call $sum (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 0)))))"#;

/// A guest whose host function returns later.
fn guest(
    engine: &Engine,
    buffer: &'static Buffer,
    seen: &Arc<Seen>,
) -> Result<(Store<()>, Instance), Error> {
    let module = Module::new(engine, wat::parse_str(GUEST).expect("a module"))?;
    let mut linker = Linker::new(engine);
    let seen = Arc::clone(seen);
    let double =
        move |_: Caller<'_, ()>, (number,): (i32,)| -> Box<dyn Future<Output = i32> + Send> {
            let seen = Arc::clone(&seen);
            Box::new(Doubling { seen, buffer, number, polls: Vec::new() })
        };
    linker.func_wrap_async("host", "double", double)?;
    let mut store = Store::new(engine, ());
    let instance = linker.instantiate(&mut store, &module)?;
    Ok((store, instance))
}

/// A call that blocks is refused, and drops what it would wait for outside.
#[test]
fn what_a_blocking_call_would_wait_for_is_dropped_outside() -> Result<(), Error> {
    let buffer = &BUFFERS[10];
    let seen = Arc::default();
    let (mut store, instance) = guest(&engine(buffer), buffer, &seen)?;
    let sum: Func = instance.get_func(&store, "sum")?;
    let result = sum.call(&mut store, &[Val::I32(1)], &mut [Val::I32(0)]);
    assert!(matches!(result, Err(Error::Suspended)), "{result:?}");
    assert_eq!(seen.counts(), (0, 1));
    let result = sum.typed::<i32, i32>(&store)?.call(&mut store, 1);
    assert!(matches!(result, Err(Error::Suspended)), "{result:?}");
    assert_eq!(seen.counts(), (0, 2));
    Ok(())
}

/// A call as a future goes on where it was suspended, again and again; futures are polled outside.
#[test]
fn calls_go_on_where_they_were_suspended() -> Result<(), Error> {
    let buffer = &BUFFERS[11];
    let seen = Arc::default();
    let engine = engine(buffer);
    let (mut store, instance) = guest(&engine, buffer, &seen)?;
    let sum = instance.get_typed_func::<i32, i32>(&store, "sum")?;
    let (polls, result) = polled(sum.call_async(&mut store, 10), || {
        // Nobody is inside meanwhile, and others may be.
        assert!(Module::new(&engine, &b"\0asm\x01\0\0\0"[..]).is_ok());
    });
    assert_eq!((polls, result?), (20, 110));
    assert_eq!(seen.counts(), (30, 10));

    // One that is given up drops what it waits for.
    for steps in 0..4 {
        let mut given_up = Box::pin(sum.call_async(&mut store, 3));
        for _ in 0..=steps {
            assert!(given_up.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
    }
    let (_, dropped) = seen.counts();
    assert_eq!(dropped, 10 + 1 + 1 + 2 + 2);

    // The host function itself is called as one that the guest calls.
    let double = Func::wrap_async(&mut store, |_: Caller<'_, ()>, (number,): (i32,)| {
        Box::new(async move { 2 * number })
    })?;
    let double = double.typed::<i32, i32>(&store)?;
    assert_eq!(polled(double.call_async(&mut store, 4), || ()).1?, 8);
    Ok(())
}

/// Whatever allocation fails of calls that are suspended, nothing of the embedder's is lost.
#[test]
fn every_allocation_of_a_suspended_call_may_fail() {
    let buffer = &BUFFERS[12];
    let life = |engine: &Engine, seen: &Arc<Seen>| {
        let (mut store, instance) = guest(engine, buffer, seen)?;
        let sum = instance.get_typed_func::<i32, i32>(&store, "sum")?;
        polled(sum.call_async(&mut store, 5), || ()).1
    };
    let ended = |seen: &Seen| {
        seen.counts();
    };
    each_fails(buffer, || engine(buffer), 30, life, ended);
}

/// A guest whose compartment is abandoned while it is suspended does not go on.
#[test]
fn a_suspended_guest_of_an_abandoned_compartment_is_forgotten() -> Result<(), Error> {
    let buffer = &BUFFERS[13];
    let seen = Arc::default();
    let engine = engine(buffer);
    let (mut store, instance) = guest(&engine, buffer, &seen)?;
    let sum = instance.get_typed_func::<i32, i32>(&store, "sum")?;
    let mut abandon = Some(());
    let (_, result) = polled(sum.call_async(&mut store, 2), || {
        if abandon.take().is_some() {
            let (loaded, _) = within(buffer, 0, || Module::new(&engine, &b"\0asm\x01\0\0\0"[..]));
            assert!(matches!(loaded, Err(Error::OutOfHeap { .. })));
        }
    });
    assert!(matches!(result, Err(Error::Compartment(RunError::Abandoned))), "{result:?}");
    assert_eq!(seen.counts().1, 1);
    Ok(())
}

/// A call that is refused because another context is inside has not run.
#[test]
fn a_call_runs_to_its_end_or_not_at_all() -> Result<(), Error> {
    const CALLS: i32 = 4_000;
    let engine = Engine::new(Config::new().compartment(&BUFFERS[30], STACK).concurrent_calls(2))?;
    let text = r#"(module (global $calls (mut i32) (i32.const 0))
        (func (export "call") (param i32) (result i32)
            (global.set $calls (i32.add (global.get $calls) (local.get 0)))
            (global.get $calls)))"#;
    let module = Module::new(&engine, wat::parse_str(text).expect("a module"))?;
    let counted = |is_future: bool| -> Result<(i32, i32), Error> {
        let mut store = Store::new(&engine, ());
        let made = || Instance::new(&mut store, &module, &[]);
        let instance = until_free(made)?;
        let call = until_free(|| instance.get_typed_func::<i32, i32>(&store, "call"))?;
        let mut ran = 0;
        for _ in 0..CALLS {
            let called = match is_future {
                true => polled(call.call_async(&mut store, 1), || ()).1,
                false => call.call(&mut store, 1),
            };
            match called {
                Ok(_) => ran += 1,
                Err(Error::Compartment(RunError::InUse)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((ran, until_free(|| call.call(&mut store, 0))?))
    };
    thread::scope(|scope| {
        let contexts = [true, false].map(|is_future| scope.spawn(move || counted(is_future)));
        for context in contexts {
            let (ran, counted) = context.join().expect("it does not panic")?;
            assert_eq!(ran, counted);
        }
        Ok(())
    })
}

/// Does `f` again while another context is inside.
fn until_free<R>(mut f: impl FnMut() -> Result<R, Error>) -> Result<R, Error> {
    loop {
        match f() {
            Err(Error::Compartment(RunError::InUse)) => thread::yield_now(),
            result => return result,
        }
    }
}

/// A load that has given way may hold a lock of the interpreter: nobody waits for that.
#[test]
fn a_guest_that_may_go_on_while_a_load_has_given_way_is_refused() -> Result<(), Error> {
    let buffer = &BUFFERS[31];
    let types: String =
        (0..60).map(|n| format!("(type (func {}))", "(param i32)".repeat(n))).collect();
    let bytes = wat::parse_str(format!("(module {types})")).expect("a module");
    let mut gave_way = 0;
    for steps in 1.. {
        let engine = engine(buffer);
        let (mut store, instance) = guest(&engine, buffer, &Arc::default())?;
        let sum = instance.get_typed_func::<i32, i32>(&store, "sum")?;
        let mut call = Box::pin(sum.call_async(&mut store, 1));
        let context = &mut Context::from_waker(Waker::noop());
        for _ in 0..2 {
            assert!(call.as_mut().poll(context).is_pending());
        }
        let mut load = Box::pin(Module::new_async(&engine, bytes.clone()));
        if (0..steps).any(|_| load.as_mut().poll(context).is_ready()) {
            break;
        }
        let Poll::Ready(result) = call.as_mut().poll(context) else { panic!("it goes on") };
        assert!(matches!(result, Err(Error::Compartment(RunError::InUse))), "{result:?}");
        gave_way = steps;
    }
    assert!(gave_way > 60, "{gave_way}");
    Ok(())
}
