//! Which allocation fails, when a test asks for it.

use core::cell::Cell;

use critical_section::Mutex;
use vellum::StaticBuffer;
use vellum_scenarios::compartments::failing::is_on;

/// Allocations on the stack that lies in a buffer.
#[derive(Clone, Copy)]
struct Allocations {
    on: &'static StaticBuffer,
    made: usize,
    /// How many succeed.
    count: usize,
}

static ALLOCATIONS: Mutex<Cell<Option<Allocations>>> = Mutex::new(Cell::new(None));

/// As [`Platform::fail_allocations`](vellum_scenarios::Platform::fail_allocations).
pub(crate) fn fail(on: &'static StaticBuffer, count: Option<usize>) -> usize {
    let allocations = count.map(|count| Allocations { on, made: 0, count });
    let before = critical_section::with(|section| ALLOCATIONS.borrow(section).replace(allocations));
    before.map_or(0, |before| before.made)
}

/// Whether the allocation at hand is to fail.
pub(crate) fn fails() -> bool {
    critical_section::with(|section| {
        let allocations = ALLOCATIONS.borrow(section);
        let Some(mut counted) = allocations.get() else { return false };
        if !is_on(counted.on) {
            return false;
        }
        counted.made += 1;
        allocations.set(Some(counted));
        counted.made > counted.count
    })
}
