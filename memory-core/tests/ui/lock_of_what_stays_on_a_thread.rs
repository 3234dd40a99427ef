//! A lock passes its value from thread to thread.

use std::cell::Cell;
use std::rc::Rc;

use vellum_memory::Lock;

fn share<T: Sync>(_: &T) {}

fn main() {
    share(&Lock::new(Cell::new(1)));
    share(&Lock::new(Rc::new(1)));
}
