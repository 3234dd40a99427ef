//! The atomic operations of a shared memory, each under its lock.

use super::{Backing, SharedError, SharedMemory};
use crate::atomic::{AtomicAccess, AtomicInt, AtomicRmw};

macro_rules! read_modify_write {
    ($($(#[doc = $doc:literal])+ $name:ident)+) => {$(
        $(#[doc = $doc])+
        ///
        /// # Errors
        ///
        /// As [`atomic_load`](Self::atomic_load).
        pub fn $name<T: AtomicInt>(&self, offset: usize, operand: T) -> Result<T, SharedError> {
            Ok(self.lock()?.$name(offset, operand)?)
        }
    )+};
}

/// Atomic operations, as [`AtomicAccess`] describes them.
impl<M: Backing, const N: usize> SharedMemory<M, N> {
    /// The value at `offset`.
    ///
    /// # Errors
    ///
    /// If the offset is no multiple of the integer's size, or its bytes lie outside the memory, or
    /// as [`lock`](Self::lock).
    pub fn atomic_load<T: AtomicInt>(&self, offset: usize) -> Result<T, SharedError> {
        Ok(self.lock()?.atomic_load(offset)?)
    }

    /// Replaces the value at `offset`.
    ///
    /// # Errors
    ///
    /// As [`atomic_load`](Self::atomic_load).
    pub fn atomic_store<T: AtomicInt>(&self, offset: usize, value: T) -> Result<(), SharedError> {
        Ok(self.lock()?.atomic_store(offset, value)?)
    }

    /// Replaces the value at `offset` by what `operation` makes of it and `operand`, and gives the
    /// old value.
    ///
    /// # Errors
    ///
    /// As [`atomic_load`](Self::atomic_load).
    pub fn atomic_rmw<T: AtomicInt>(
        &self,
        offset: usize,
        operation: AtomicRmw,
        operand: T,
    ) -> Result<T, SharedError> {
        Ok(self.lock()?.atomic_rmw(offset, operation, operand)?)
    }

    /// Replaces the value at `offset` if it is `expected`, and gives the old value.
    ///
    /// # Errors
    ///
    /// As [`atomic_load`](Self::atomic_load).
    pub fn atomic_compare_exchange<T: AtomicInt>(
        &self,
        offset: usize,
        expected: T,
        replacement: T,
    ) -> Result<T, SharedError> {
        Ok(self.lock()?.atomic_compare_exchange(offset, expected, replacement)?)
    }

    read_modify_write! {
        /// Adds to the value at `offset`, wrapping around, and gives the old value.
        atomic_add
        /// Subtracts from the value at `offset`, wrapping around, and gives the old value.
        atomic_sub
        /// Clears the bits at `offset` that the operand has not, and gives the old value.
        atomic_and
        /// Sets the bits at `offset` that the operand has, and gives the old value.
        atomic_or
        /// Flips the bits at `offset` that the operand has, and gives the old value.
        atomic_xor
        /// Replaces the value at `offset` by the operand, and gives the old value.
        atomic_exchange
    }
}
