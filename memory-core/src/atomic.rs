//! The atomic operations of the threads proposal, on any memory.

use zerocopy::{FromBytes, Immutable, IntoBytes};

use crate::access::MemoryAccess;
use crate::error::AccessError;

/// An integer that atomic operations take: 8, 16, 32 or 64 bits, signed or not.
///
/// ```
/// use vellum_memory::{AccessError, AtomicAccess, AtomicInt, AtomicRmw};
///
/// /// Sets bits of an integer of any width.
/// fn set<I: AtomicInt>(memory: &mut [u8], offset: usize, bits: I) -> Result<I, AccessError> {
///     memory.atomic_rmw(offset, AtomicRmw::Or, bits)
/// }
///
/// let mut memory = [0; 8];
/// set(&mut memory, 4, 0x80_u8)?;
/// set(&mut memory, 4, 1_u32)?;
/// assert_eq!(memory, [0, 0, 0, 0, 0x81, 0, 0, 0]);
/// # Ok::<(), AccessError>(())
/// ```
pub trait AtomicInt: sealed::AtomicInt {}

mod sealed {
    use super::{AtomicRmw, FromBytes, Immutable, IntoBytes};

    pub trait AtomicInt: Copy + Eq + FromBytes + IntoBytes + Immutable {
        fn after(self, operation: AtomicRmw, operand: Self) -> Self;
    }
}

/// What a read-modify-write operation makes of the old value and its operand.
///
/// ```
/// use vellum_memory::{AtomicAccess, AtomicRmw};
///
/// let mut memory = [250];
/// assert_eq!(memory.atomic_rmw(0, AtomicRmw::Add, 10_u8)?, 250);
/// assert_eq!(memory.atomic_rmw(0, AtomicRmw::Exchange, 1_u8)?, 4);
/// # Ok::<(), vellum_memory::AccessError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AtomicRmw {
    /// Their sum, wrapping around.
    Add,
    /// The old value less the operand, wrapping around.
    Sub,
    /// The bits set in both.
    And,
    /// The bits set in any.
    Or,
    /// The bits set in one of them.
    Xor,
    /// The operand.
    Exchange,
}

impl AtomicRmw {
    /// Every operation, in the order of the instructions of the threads proposal.
    pub const ALL: [Self; 6] =
        [Self::Add, Self::Sub, Self::And, Self::Or, Self::Xor, Self::Exchange];
}

macro_rules! atomic_ints {
    ($($int:ty)*) => {$(
        impl AtomicInt for $int {}

        impl sealed::AtomicInt for $int {
            fn after(self, operation: AtomicRmw, operand: Self) -> Self {
                match operation {
                    AtomicRmw::Add => self.wrapping_add(operand),
                    AtomicRmw::Sub => self.wrapping_sub(operand),
                    AtomicRmw::And => self & operand,
                    AtomicRmw::Or => self | operand,
                    AtomicRmw::Xor => self ^ operand,
                    AtomicRmw::Exchange => operand,
                }
            }
        }
    )*};
}

atomic_ints!(u8 u16 u32 u64 i8 i16 i32 i64);

/// The atomic operations of the threads proposal, on every memory.
///
/// The caller has the memory to itself, through a mutable borrow or under a lock, so that
/// they are ordinary accesses which check their alignment first. Operations under one lock are
/// sequentially consistent; with several locks, each access of each memory under its own, all are.
///
/// Offsets are in bytes. Each operation fails, and changes nothing, if the offset is not a multiple of
/// the integer's size, or its bytes lie outside the memory.
///
/// ```
/// use vellum_memory::{AccessError, AtomicAccess};
///
/// let memory = &mut [0; 16][..];
/// assert_eq!(memory.atomic_add(4, 40_u32)?, 0);
/// assert_eq!(memory.atomic_add(4, 2_u32)?, 40);
/// assert_eq!(memory.atomic_compare_exchange(4, 42_u32, 7)?, 42);
/// assert_eq!(memory.atomic_load::<u64>(0)?, 7 << 32);
///
/// let error = AccessError::Misaligned { offset: 2, align: 4 };
/// assert_eq!(memory.atomic_store(2, 1_u32), Err(error));
/// # Ok::<(), AccessError>(())
/// ```
#[expect(clippy::missing_errors_doc, reason = "the trait tells the errors of all its methods")]
pub trait AtomicAccess: MemoryAccess {
    /// The value.
    fn atomic_load<T: AtomicInt>(&self, offset: usize) -> Result<T, AccessError> {
        aligned::<T>(offset)?;
        self.read_value(offset)
    }

    /// Replaces the value.
    fn atomic_store<T: AtomicInt>(&mut self, offset: usize, value: T) -> Result<(), AccessError> {
        aligned::<T>(offset)?;
        self.write_value(offset, &value)
    }

    /// Replaces the value by what `operation` makes of it and `operand`, and gives the old value.
    fn atomic_rmw<T: AtomicInt>(
        &mut self,
        offset: usize,
        operation: AtomicRmw,
        operand: T,
    ) -> Result<T, AccessError> {
        let old: T = self.atomic_load(offset)?;
        self.write_value(offset, &old.after(operation, operand))?;
        Ok(old)
    }

    /// Replaces the value if it is `expected`, and gives the old value.
    fn atomic_compare_exchange<T: AtomicInt>(
        &mut self,
        offset: usize,
        expected: T,
        replacement: T,
    ) -> Result<T, AccessError> {
        let old = self.atomic_load(offset)?;
        if old == expected {
            self.write_value(offset, &replacement)?;
        }
        Ok(old)
    }

    /// Adds to the value, wrapping around, and gives the old value.
    fn atomic_add<T: AtomicInt>(&mut self, offset: usize, operand: T) -> Result<T, AccessError> {
        self.atomic_rmw(offset, AtomicRmw::Add, operand)
    }

    /// Subtracts from the value, wrapping around, and gives the old value.
    fn atomic_sub<T: AtomicInt>(&mut self, offset: usize, operand: T) -> Result<T, AccessError> {
        self.atomic_rmw(offset, AtomicRmw::Sub, operand)
    }

    /// Clears the bits that are clear in `operand`, and gives the old value.
    fn atomic_and<T: AtomicInt>(&mut self, offset: usize, operand: T) -> Result<T, AccessError> {
        self.atomic_rmw(offset, AtomicRmw::And, operand)
    }

    /// Sets the bits that are set in `operand`, and gives the old value.
    fn atomic_or<T: AtomicInt>(&mut self, offset: usize, operand: T) -> Result<T, AccessError> {
        self.atomic_rmw(offset, AtomicRmw::Or, operand)
    }

    /// Flips the bits that are set in `operand`, and gives the old value.
    fn atomic_xor<T: AtomicInt>(&mut self, offset: usize, operand: T) -> Result<T, AccessError> {
        self.atomic_rmw(offset, AtomicRmw::Xor, operand)
    }

    /// Replaces the value, and gives the old value.
    fn atomic_exchange<T: AtomicInt>(&mut self, offset: usize, value: T) -> Result<T, AccessError> {
        self.atomic_rmw(offset, AtomicRmw::Exchange, value)
    }
}

impl<M: MemoryAccess + ?Sized> AtomicAccess for M {}

/// Checks that an atomic access of a `T` is aligned.
pub(crate) fn aligned<T>(offset: usize) -> Result<(), AccessError> {
    let align = size_of::<T>();
    if offset.is_multiple_of(align) {
        Ok(())
    } else {
        Err(AccessError::Misaligned { offset, align })
    }
}
