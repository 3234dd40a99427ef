//! A host function goes wherever the store goes.

use std::cell::Cell;
use std::rc::Rc;
use vellum::{Func, Store};

fn made(store: &mut Store<()>) {
    let count = Rc::new(Cell::new(0));
    let _ = Func::wrap(&mut *store, move || count.set(count.get() + 1));
}

fn main() {}
