//! What the embedder does for its guests.

use super::errno::Errno;

/// What the embedder's data does for its guests. Each thread has a clone.
///
/// ```
/// use vellum::wasi::{Clock, Errno, Stream, Wasi};
///
/// /// Prints nothing, and counts the time that it is asked for.
/// #[derive(Clone)]
/// struct Ticks(u64);
///
/// impl Wasi for Ticks {
///     fn write(&mut self, _: Stream, _: &[u8]) -> Result<(), Errno> {
///         Ok(())
///     }
///
///     fn now(&mut self, clock: Clock) -> Option<u64> {
///         self.0 += 1;
///         (clock == Clock::Monotonic).then_some(1000 * self.0)
///     }
/// }
/// let mut ticks = Ticks(0);
/// assert_eq!(ticks.now(Clock::Monotonic), Some(1000));
/// assert_eq!(ticks.random(&mut [0]), Err(Errno::NoSys));
/// ```
pub trait Wasi: Clone + Send + 'static {
    /// Takes what the guest prints. `bytes` need not be a whole line, nor a whole character.
    ///
    /// # Errors
    ///
    /// What the guest is to be told.
    fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), Errno>;

    /// The program's arguments, its name first: `guest` alone if nothing is said. What follows a zero
    /// byte in one of them is lost to programs in C.
    ///
    /// ```
    /// use vellum::wasi::{Errno, Stream, Wasi};
    ///
    /// /// Starts its guests with these arguments, and threads of Rust with a stack of 4 KiB.
    /// #[derive(Clone)]
    /// struct Command(Vec<String>);
    ///
    /// impl Wasi for Command {
    ///     fn write(&mut self, _: Stream, _: &[u8]) -> Result<(), Errno> {
    ///         Ok(())
    ///     }
    ///
    ///     fn args(&self) -> impl Iterator<Item = &str> {
    ///         self.0.iter().map(String::as_str)
    ///     }
    ///
    ///     fn environ(&self) -> impl Iterator<Item = (&str, &str)> {
    ///         [("RUST_MIN_STACK", "4096")].into_iter()
    ///     }
    /// }
    /// let command = Command(vec!["blink".into(), "--fast".into()]);
    /// assert_eq!(command.args().last(), Some("--fast"));
    /// ```
    fn args(&self) -> impl Iterator<Item = &str> {
        ["guest"].into_iter()
    }

    /// The names of the environment's variables, and their values. There are none if nothing is said.
    fn environ(&self) -> impl Iterator<Item = (&str, &str)> {
        [].into_iter()
    }

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
///
/// ```
/// use vellum::wasi::Stream;
///
/// /// What stands before a line of a guest.
/// fn prefix(stream: Stream) -> &'static str {
///     match stream {
///         Stream::Output => "",
///         Stream::Error => "error: ",
///     }
/// }
/// assert_eq!(prefix(Stream::Error), "error: ");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// The standard output.
    Output,
    /// The standard error output.
    Error,
}

/// A clock.
///
/// ```
/// use vellum::wasi::Clock;
///
/// /// The time of a chip that counts microseconds since it was started, and knows no date.
/// fn now(clock: Clock, microseconds: u64) -> Option<u64> {
///     match clock {
///         Clock::Realtime => None,
///         Clock::Monotonic => Some(1000 * microseconds),
///     }
/// }
/// assert_eq!(now(Clock::Monotonic, 5), Some(5000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The time of day: nanoseconds since the start of 1970.
    Realtime,
    /// A clock that never runs backwards, since some moment of its own.
    Monotonic,
}
