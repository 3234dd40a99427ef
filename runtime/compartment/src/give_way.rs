//! Giving way when a timer says so.

use crate::registry;
use crate::requests;

/// Lets what runs in a compartment [as a future](crate::Compartment::run_async) give way: what is in the
/// middle of something there, whatever it is, goes on when the future is polled again. What it has sent
/// [outside](crate::outside()) comes to its end before.
///
/// For the handler of a timer's interrupt, on the core where the future is polled: the longest time that a
/// poll takes is then that between two interrupts. Without it such a job gives way at allocations alone.
///
/// It takes a Cortex-M whose stack has a [guard](crate), and the main stack in thread mode with interrupts enabled
/// where the future is polled. Elsewhere such a job gives way when what it has sent outside has ended. The crate's handlers `PendSV`
/// and `SVCall`, weak symbols of the names that `cortex-m-rt` uses, do the work: a firmware that has its own,
/// as those of operating systems do, doesn't call this.
///
/// ```
/// // In the handler of a timer that comes every millisecond.
/// vellum_compartment::give_way();
/// ```
pub fn give_way() {
    requests::add();
    #[cfg(all(target_arch = "arm", target_os = "none"))]
    crate::interrupted::ask();
}

/// Has the job at hand give way no more, unless it goes [outside](crate::outside()) again. Outside of any
/// compartment it does nothing.
///
/// For what is to come to its end in a job that may be [left for ever](crate::Compartment::run_preemptible).
pub fn stay() {
    if let Some(routine) = registry::current() {
        routine.stay();
    }
}
