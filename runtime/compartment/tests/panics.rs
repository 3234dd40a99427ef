//! A panic in a compartment goes on outside, as if there was one stack.
#![expect(unsafe_code, reason = "the tests take nothing out of a compartment that outlives it")]

use std::alloc::System;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use vellum_compartment::{Compartment, Heap, RunError, outside};
use vellum_memory::StaticBuffer;

#[global_allocator]
static HEAP: Heap<System> = Heap::new(System);

fn enter<R>(compartment: &Compartment, f: impl FnOnce() -> R) -> Result<R, RunError> {
    // SAFETY: nothing that is allocated inside is used after the compartment is dropped.
    unsafe { compartment.run(f) }
}

#[test]
fn a_panic_goes_on_outside() {
    static BUFFER: StaticBuffer<[u8; 128 * 1024]> = StaticBuffer::new();
    // Its text would take more stack and heap than there is.
    panic::set_hook(Box::new(|_| ()));
    for is_outside in [false, true] {
        let compartment = Compartment::new(BUFFER.take().unwrap(), 64 * 1024).unwrap();
        let witness = Arc::new(());
        let caught = catch_unwind(AssertUnwindSafe(|| {
            enter(&compartment, || {
                let _held = Arc::clone(&witness);
                if is_outside { outside(|| panic!("here")) } else { panic!("here") }
            })
        }));
        assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"here"));
        // A frame inside is unwound only by a panic inside.
        assert_eq!(Arc::strong_count(&witness), 1 + usize::from(is_outside));
        assert_eq!(enter(&compartment, || ()), Err(RunError::Abandoned));
    }
}
