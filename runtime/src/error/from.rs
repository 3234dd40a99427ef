//! Errors of lower layers as the runtime's.

use super::{Error, config::ConfigError, limit::Limit, trap::Trap};
use vellum_memory::{
    AccessError, MemoryError, OutOfPages, SharedError, TypeError, WaitError, WouldDeadlock,
};

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

#[cfg(feature = "signed")]
impl From<vellum_sign::SignatureError> for Error {
    fn from(error: vellum_sign::SignatureError) -> Self {
        Self::Signature(error)
    }
}

impl From<Trap> for Error {
    fn from(trap: Trap) -> Self {
        Self::Trap(trap)
    }
}

impl From<OutOfPages> for Error {
    fn from(error: OutOfPages) -> Self {
        Self::OutOfPages(error)
    }
}

impl From<AccessError> for Error {
    fn from(error: AccessError) -> Self {
        Self::Access(error)
    }
}

impl From<TypeError> for Error {
    fn from(error: TypeError) -> Self {
        Self::Memory(error.into())
    }
}

impl From<MemoryError> for Error {
    fn from(error: MemoryError) -> Self {
        match error {
            MemoryError::OutOfPages(error) => Self::OutOfPages(error),
            error => Self::Memory(error),
        }
    }
}

impl From<WouldDeadlock> for Error {
    fn from(_: WouldDeadlock) -> Self {
        Self::WouldDeadlock
    }
}

impl From<WaitError> for Error {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::QueueFull { capacity } => {
                let maximum = capacity as u64;
                Self::limit(Limit::Waiters, maximum, maximum.saturating_add(1))
            }
            _ => Self::Internal("a wait has ended, or keeps too many wakers"),
        }
    }
}

/// Of a memory that the embedder shares by itself, in a host function.
impl From<SharedError> for Error {
    fn from(error: SharedError) -> Self {
        match error {
            SharedError::WouldDeadlock => Self::WouldDeadlock,
            SharedError::Access(error) => error.into(),
            SharedError::Memory(error) => error.into(),
            SharedError::Wait(error) => error.into(),
            error => Self::host(error),
        }
    }
}
