//! A lock is held no longer than it exists.

use vellum_memory::Lock;

fn main() {
    let lock = Lock::new(0);
    let guard = lock.lock().unwrap();
    drop(lock);
    drop(guard);
}
