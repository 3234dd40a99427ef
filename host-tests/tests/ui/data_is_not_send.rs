//! The embedder's data goes wherever the store goes.

use std::rc::Rc;
use vellum::{Engine, Store};

fn made(engine: &Engine) {
    let _ = Store::new(engine, Rc::new(1));
}

fn main() {}
