//! Calls that are futures on an engine without threads.

use crate::setup::{Handler, engine, guest, interrupted, module, store};
use std::{
    future::{Future, pending},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};
use vellum::Caller;

/// Counts how often a task was woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_call_gives_way_after_each_slice_and_another_task_stops_it() {
    let text = r#"(module (func (export "run") (loop (br 0))))"#;
    let (mut store, instance) = guest(&engine(), text);
    let handle = store.interrupt_handle().unwrap();
    let run = instance.get_typed_func::<(), ()>(&store, "run").unwrap();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let context = &mut Context::from_waker(&waker);
    let stopped = {
        let mut call = pin!(run.call_async(&mut store, ()));
        for turn in 1..100 {
            assert!(call.as_mut().poll(context).is_pending());
            assert_eq!(woken.0.load(Ordering::SeqCst), turn);
        }
        handle.interrupt();
        let Poll::Ready(stopped) = call.as_mut().poll(context) else { panic!("it goes on") };
        stopped
    };
    interrupted(&mut store, stopped);
}

#[test]
fn a_host_function_that_returns_later_is_given_up() {
    /// Counts those that are left.
    struct Left(Arc<AtomicUsize>);

    impl Drop for Left {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    let engine = engine();
    let (mut store, mut linker) = store(&engine);
    let left = Arc::new(AtomicUsize::new(0));
    let counter = left.clone();
    linker
        .func_wrap_async("host", "never", move |_: Caller<'_, Handler>, ()| {
            counter.fetch_add(1, Ordering::SeqCst);
            let left = Left(counter.clone());
            Box::new(async move {
                let _left = left;
                pending::<()>().await;
            })
        })
        .unwrap();
    let text =
        r#"(module (import "host" "never" (func $never)) (func (export "run") (call $never)))"#;
    let instance = linker.instantiate(&mut store, &module(&engine, text)).unwrap();
    let run = instance.get_typed_func::<(), ()>(&store, "run").unwrap();
    let handle = store.interrupt_handle().unwrap();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let context = &mut Context::from_waker(&waker);
    for round in 1..10 {
        let stopped = {
            let mut call = pin!(run.call_async(&mut store, ()));
            while left.load(Ordering::SeqCst) == 0 {
                assert!(call.as_mut().poll(context).is_pending());
            }
            let before = woken.0.load(Ordering::SeqCst);
            assert!(call.as_mut().poll(context).is_pending());
            assert_eq!(woken.0.load(Ordering::SeqCst), before, "nothing wakes it in round {round}");
            handle.interrupt();
            assert_eq!(woken.0.load(Ordering::SeqCst), before + 1);
            let Poll::Ready(stopped) = call.as_mut().poll(context) else { panic!("it goes on") };
            stopped
        };
        interrupted(&mut store, stopped);
        assert_eq!(left.load(Ordering::SeqCst), 0);
    }
}

#[test]
fn a_future_that_is_dropped_leaves_nothing_of_its_slice() {
    let text = r#"(module
        (func (export "spin") (loop (br 0)))
        (func (export "run") (param i32) (result i32) (local.get 0)))"#;
    let (mut store, instance) = guest(&engine(), text);
    let spin = instance.get_typed_func::<(), ()>(&store, "spin").unwrap();
    let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
    let context = &mut Context::from_waker(Waker::noop());
    assert!(pin!(spin.call_async(&mut store, ())).poll(context).is_pending());
    store.interrupt_handle().unwrap().interrupt();
    // Not even a call that would be over in that slice begins.
    let stopped = run.call(&mut store, 7);
    interrupted(&mut store, stopped);
    assert_eq!(run.call(&mut store, 7).unwrap(), 7);
}
