//! A guard stays in the context that is known as the holder.

use std::thread;

use vellum_memory::{Lock, Platform};

static LOCK: Lock<u32> = Lock::new(0).on(&Platform::STD);

fn main() {
    let guard = LOCK.lock().unwrap();
    thread::spawn(move || drop(guard));
}
