//! What is left of calls and waits that are given up.

use vellum_memory::Ticket;

/// What a call that is given up leaves behind in the world.
pub(crate) enum Abandoned {
    /// A thread that its guest had started.
    Thread,
    /// A place in the queue of those who wait.
    Wait(Ticket),
    /// The same of a context that is not a guest of the world.
    HostWait(Ticket),
}
