//! A guard stays in the context that is known as the holder.

use vellum_memory::{Lock, Platform};

static LOCK: Lock<u32> = Lock::new(0).on(&Platform::STD);

fn send<T: Send>(_: T) {}

fn main() {
    send(LOCK.lock().unwrap());
}
