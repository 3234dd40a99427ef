//! Where an operand of the interpreter's translator may be, and what that costs in its code.

use super::value::Value;
use core::slice::Iter;

/// An operand is a local variable.
pub(super) const LOCAL: u8 = 1;
/// An operand is in its slot of the frame.
pub(super) const SLOT: u8 = 2;
/// An operand is in a register.
pub(super) const REGISTER: u8 = 4;
/// An operand is a constant.
pub(super) const CONSTANT: u8 = 8;

/// An operand, of which it may be open where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operand {
    /// Where it may be: a set of [`LOCAL`], [`SLOT`], [`REGISTER`], [`CONSTANT`].
    pub(super) places: u8,
    pub(super) ty: Value,
    /// Of one that can only be a local variable, its index; of one that can only be a constant,
    /// what is known of its value.
    pub(super) detail: u16,
}

/// What is known of the value of a constant: whether it is zero, and the last bits.
pub(super) const UNKNOWN_VALUE: u16 = u16::MAX;
pub(super) const NOT_ZERO: u16 = 1 << 8;
const LAST_BITS: u8 = 0x3f;

/// Takes an integer, and returns what is known of its value.
#[inline(always)]
pub(super) fn take_integer(rest: &mut Iter<'_, u8>) -> Option<u16> {
    let first = *rest.next()?;
    let mut bits = first;
    if first >= 0x80 {
        let (others, behind) = further(rest.as_slice())?;
        bits = first & 0x7f | others;
        *rest = behind.iter();
    }
    Some(if bits == 0 { 0 } else { NOT_ZERO | u16::from(first & LAST_BITS) })
}

/// The bits that are set in any byte of an integer behind the first, and what is behind it.
#[inline(never)]
fn further(mut bytes: &[u8]) -> Option<(u8, &[u8])> {
    const MOST: u8 = 9;
    let mut bits = 0;
    for _ in 0..MOST {
        let (byte, behind) = bytes.split_first()?;
        bytes = behind;
        bits |= byte & 0x7f;
        if *byte < 0x80 {
            return Some((bits, bytes));
        }
    }
    None
}

impl Operand {
    /// One of which nothing is known.
    pub(super) const UNKNOWN: Self = Self {
        places: LOCAL | SLOT | REGISTER | CONSTANT,
        ty: Value::Unknown,
        detail: UNKNOWN_VALUE,
    };

    pub(super) const fn new(places: u8, ty: Value) -> Self {
        Self { places, ty, detail: UNKNOWN_VALUE }
    }

    /// A constant, of which that much is known.
    pub(super) const fn constant(ty: Value, detail: u16) -> Self {
        Self { places: CONSTANT, ty, detail }
    }

    /// Whether it is certain that it is there.
    pub(super) const fn is(self, place: u8) -> bool {
        self.places == place
    }

    /// Whether it may be there.
    pub(super) const fn may_be(self, place: u8) -> bool {
        self.places & place != 0
    }

    /// Whether both may be one local variable.
    pub(super) const fn may_be_same_local(self, other: Self) -> bool {
        let differ = self.is(LOCAL) && other.is(LOCAL) && self.detail != other.detail;
        self.may_be(LOCAL) && other.may_be(LOCAL) && !differ
    }

    /// Whether it is certainly a constant of which at least one of so many last bits is set.
    pub(super) const fn is_nonzero_in(self, bits: u16) -> bool {
        self.is(CONSTANT) && self.detail != UNKNOWN_VALUE && self.detail & bits != 0
    }

    /// Whether it is certainly a constant other than zero.
    pub(super) const fn is_nonzero(self) -> bool {
        self.is_nonzero_in(NOT_ZERO)
    }

    /// Whether it is a constant that is zero, where that is known.
    pub(super) const fn is_zero(self) -> Option<bool> {
        if self.is(CONSTANT) && self.detail != UNKNOWN_VALUE {
            Some(self.detail == 0)
        } else {
            None
        }
    }

    /// Bytes in an instruction that has it as an operand.
    #[inline(always)]
    pub(super) const fn argument(self) -> u32 {
        if self.may_be(CONSTANT) {
            self.ty.constant()
        } else if self.may_be(LOCAL | SLOT) {
            2
        } else {
            0
        }
    }

    /// Bytes of a copy to another slot.
    pub(super) const fn copy(self) -> u32 {
        if self.may_be(LOCAL | SLOT) { self.copied(6) } else { self.copied(4) }
    }

    /// Bytes of a copy to its own slot.
    pub(super) const fn spill(self) -> u32 {
        if self.may_be(LOCAL) { self.copied(6) } else { self.to_slot() }
    }

    /// Bytes of what brings it to any slot, of a local variable or of the frame. A local variable may
    /// be in a register, too.
    pub(super) const fn to_slot(self) -> u32 {
        if self.may_be(LOCAL | REGISTER) { self.copied(4) } else { self.copied(0) }
    }

    /// Bytes of a copy, which has so many if it is not that of a constant.
    const fn copied(self, other: u32) -> u32 {
        if self.may_be(CONSTANT) { 4 + self.ty.constant() } else { other }
    }

    /// Bytes of a copy to a register.
    pub(super) const fn to_register(self) -> u32 {
        if self.may_be(CONSTANT) {
            2 + self.ty.constant()
        } else if self.may_be(LOCAL | SLOT) {
            4
        } else {
            0
        }
    }
}
