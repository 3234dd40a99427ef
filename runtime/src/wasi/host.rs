//! What the embedder does for its guests.

use super::errno::Errno;

/// What the embedder's data does for its guests. Each thread has a clone.
pub trait Wasi: Clone + Send + 'static {
    /// Takes what the guest prints. `bytes` need not be a whole line, nor a whole character.
    ///
    /// # Errors
    ///
    /// What the guest is to be told.
    fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), Errno>;

    /// The time of a clock in nanoseconds. Where there is none, guests have that of the engine's
    /// [platform](crate::Config::platform), if it has a clock.
    fn now(&mut self, clock: Clock) -> Option<u64> {
        let _ = clock;
        None
    }

    /// Nanoseconds between two times that a clock tells apart. 1 if nothing is said.
    fn resolution(&mut self, clock: Clock) -> u64 {
        let _ = clock;
        1
    }

    /// Fills `bytes` with random ones.
    ///
    /// # Errors
    ///
    /// What the guest is to be told; [`Errno::NoSys`] if nothing is said.
    fn random(&mut self, bytes: &mut [u8]) -> Result<(), Errno> {
        let _ = bytes;
        Err(Errno::NoSys)
    }
}

/// Where a guest prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// The standard output.
    Output,
    /// The standard error output.
    Error,
}

/// A clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The time of day: nanoseconds since the start of 1970.
    Realtime,
    /// A clock that never runs backwards, since some moment of its own.
    Monotonic,
}
