//! Host functions that return later, of guests in a compartment.

use crate::failing::{BUFFERS, Buffer, STACK, is_inside};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};
use vellum::{Caller, Config, Engine, Error, Func, Instance, Linker, Module, RunError, Store, Val};

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
        self.inside.fetch_add(is_inside((&raw const *buffer).addr()).into(), Relaxed);
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
