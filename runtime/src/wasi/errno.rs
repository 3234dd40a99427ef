//! How the interface tells a guest what went wrong.

use vellum_memory::AccessError;

/// An error as the guest sees it, by its number in preview 1.
///
/// ```
/// use vellum::wasi::{Errno, Stream, Wasi};
///
/// /// A guest that may print to its standard output.
/// #[derive(Clone, Default)]
/// struct Output(Vec<u8>);
///
/// impl Wasi for Output {
///     fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), Errno> {
///         match stream {
///             Stream::Output => Ok(self.0.extend(bytes)),
///             Stream::Error => Err(Errno::BadF),
///         }
///     }
/// }
/// assert_eq!(Output::default().write(Stream::Error, b"lost"), Err(Errno::BadF));
/// assert_eq!(Errno::BadF as i32, 8);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[repr(i32)]
pub enum Errno {
    /// Not now, perhaps later.
    Again = 6,
    /// There is no such file.
    BadF = 8,
    /// The guest's pointer leads out of its memory.
    Fault = 21,
    /// An argument is not one of those allowed.
    Inval = 28,
    /// The device failed.
    Io = 29,
    /// There is nothing of that name.
    NoEnt = 44,
    /// There is no such function here.
    NoSys = 52,
    /// The file is no directory.
    NotDir = 54,
    /// The file is no socket.
    NotSock = 57,
    /// The function can't do this here.
    NotSup = 58,
    /// A stream has no positions.
    SPipe = 70,
}

impl From<AccessError> for Errno {
    fn from(_: AccessError) -> Self {
        Self::Fault
    }
}
