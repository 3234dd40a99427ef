//! What is put into a lock lives as long as the lock's value says.

use vellum_memory::{Lock, LockGuard};

static LOCK: Lock<&'static str> = Lock::new("");

fn put<'a>(mut guard: LockGuard<'_, &'a str>, text: &'a str) {
    *guard = text;
}

fn main() {
    let text = String::from("short");
    put(LOCK.lock().unwrap(), &text);
}
