//! Engines with and without threads, and a guest that has something of each kind.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use vellum::{Config, Engine, Instance, PagePool, Platform, Store};
use vellum_host_tests::instance;

static THREADS: Platform = Platform::STD;

/// Reserves two pages.
pub(crate) const GUEST: &str = r#"(module
    (memory (export "memory") 1 2)
    (table (export "table") 1 2 funcref)
    (global (export "global") (mut i32) (i32.const 5))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"#;

pub(crate) fn engine(pool: &'static PagePool, threads: bool) -> Engine {
    let mut config = Config::new();
    config.page_pool(pool).threads(threads).platform(&THREADS).concurrent_calls(4);
    Engine::new(&config).expect("the configuration is good")
}

/// A store whose data is a text, with the guest.
pub(crate) fn guest(engine: &Engine) -> (Store<String>, Instance) {
    let mut store = Store::new(engine, "data".to_owned());
    let instance = instance(&mut store, GUEST).expect("the guest is valid");
    (store, instance)
}

/// What a future comes to that never waits.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future waits"),
    }
}
