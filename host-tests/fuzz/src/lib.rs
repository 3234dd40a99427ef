//! What all targets share.

use libfuzzer_sys::Corpus;
use std::alloc::System;
use vellum::Heap;
use vellum_host_tests::fuzz::Target;

/// Of the target that is about compartments.
#[global_allocator]
static HEAP: Heap<System> = Heap::new(System);

/// Tries an input. One that does not reach what the target is about is not kept.
///
/// # Panics
///
/// If the runtime is wrong, or there is no target of that name.
pub fn tried(name: &str, data: &[u8]) -> Corpus {
    let target = Target::named(name).expect("every binary has the name of a target");
    if (target.run)(data) { Corpus::Keep } else { Corpus::Reject }
}
