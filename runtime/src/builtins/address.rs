//! Addresses, lengths and counts of guests.

use super::memory_location::IntoValues;
use crate::error::{Error, trap::Trap};

/// An address, a length or a count of a guest: 32 bits wide, or 64.
pub(super) trait GuestAddress: wasmi::WasmTy + IntoValues + Copy + Send {
    fn unsigned(self) -> u64;
    fn of(value: u64) -> Self;
    /// What growing gives when it fails.
    const NONE: Self;
}

impl GuestAddress for u32 {
    fn unsigned(self) -> u64 {
        self.into()
    }

    fn of(value: u64) -> Self {
        u32::try_from(value).unwrap_or(Self::NONE)
    }

    const NONE: Self = Self::MAX;
}

#[cfg(feature = "memory64")]
impl GuestAddress for u64 {
    fn unsigned(self) -> u64 {
        self
    }

    fn of(value: u64) -> Self {
        value
    }

    const NONE: Self = Self::MAX;
}

/// The byte that an access with a constant offset starts at.
pub(super) fn effective(address: impl GuestAddress, offset: i64) -> Result<u64, Error> {
    let sum = address.unsigned().checked_add(offset.cast_unsigned());
    sum.ok_or_else(|| Trap::MemoryOutOfBounds.into())
}
