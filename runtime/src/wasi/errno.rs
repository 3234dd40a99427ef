//! How the interface tells a guest what went wrong.

use vellum_memory::AccessError;

/// An error as the guest sees it, by its number in preview 1.
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
    /// There is no such function here.
    NoSys = 52,
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
