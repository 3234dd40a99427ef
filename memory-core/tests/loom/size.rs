//! The size that is asked for without the lock, in every order of events.

use crate::common::{growing, model, spawn_thread};
use loom::sync::Arc;

#[test]
fn a_size_that_anyone_has_seen_is_there_and_is_seen_from_then_on() {
    model(None, || {
        let memory = Arc::new(growing(8));
        let grower = spawn_thread(1, {
            let memory = memory.clone();
            move || {
                assert_eq!(memory.grow(4), Ok(8));
                assert_eq!(memory.size(), 12);
            }
        });
        let seen = memory.size();
        let locked = memory.lock().unwrap().size();
        assert!(seen <= locked);
        assert!(locked <= memory.size());
        grower.join().unwrap();
        assert_eq!(memory.size(), 12);
    });
}
