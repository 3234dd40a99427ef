//! A host function can't keep its caller.

use std::sync::Mutex;
use vellum::{Caller, Func, Store};

fn made(store: &mut Store<()>, kept: &'static Mutex<Option<Caller<'static, ()>>>) {
    let _ = Func::wrap(&mut *store, move |caller: Caller<'_, ()>| {
        *kept.lock().unwrap() = Some(caller);
    });
}

fn main() {}
