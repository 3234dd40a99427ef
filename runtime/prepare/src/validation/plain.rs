//! Instructions that take numbers and give one, and nothing else.

use super::super::opcode::{F32, F64, I32, I64, V128, by_opcode};

/// What an instruction takes and gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    /// How many it takes; none if this is no such instruction.
    pub(super) takes: u8,
    /// Of this type.
    pub(super) of: u8,
    pub(super) gives: u8,
}

impl Plain {
    const NONE: Self = Self { takes: 0, of: I32, gives: I32 };

    pub(super) const fn unary(of: u8, gives: u8) -> Self {
        Self { takes: 1, of, gives }
    }

    pub(super) const fn binary(of: u8, gives: u8) -> Self {
        Self { takes: 2, of, gives }
    }
}

const fn plain(opcode: u8) -> Plain {
    match opcode {
        0x45 => Plain::unary(I32, I32),
        0x46..=0x4f => Plain::binary(I32, I32),
        0x50 => Plain::unary(I64, I32),
        0x51..=0x5a => Plain::binary(I64, I32),
        0x5b..=0x60 => Plain::binary(F32, I32),
        0x61..=0x66 => Plain::binary(F64, I32),
        0x67..=0x69 => Plain::unary(I32, I32),
        0x6a..=0x78 => Plain::binary(I32, I32),
        0x79..=0x7b => Plain::unary(I64, I64),
        0x7c..=0x8a => Plain::binary(I64, I64),
        0x8b..=0x91 => Plain::unary(F32, F32),
        0x92..=0x98 => Plain::binary(F32, F32),
        0x99..=0x9f => Plain::unary(F64, F64),
        0xa0..=0xa6 => Plain::binary(F64, F64),
        0xa7 => Plain::unary(I64, I32),
        0xa8 | 0xa9 => Plain::unary(F32, I32),
        0xaa | 0xab => Plain::unary(F64, I32),
        0xac | 0xad => Plain::unary(I32, I64),
        0xae | 0xaf => Plain::unary(F32, I64),
        0xb0 | 0xb1 => Plain::unary(F64, I64),
        0xb2 | 0xb3 => Plain::unary(I32, F32),
        0xb4 | 0xb5 => Plain::unary(I64, F32),
        0xb6 => Plain::unary(F64, F32),
        0xb7 | 0xb8 => Plain::unary(I32, F64),
        0xb9 | 0xba => Plain::unary(I64, F64),
        0xbb => Plain::unary(F32, F64),
        0xbc => Plain::unary(F32, I32),
        0xbd => Plain::unary(F64, I64),
        0xbe => Plain::unary(I32, F32),
        0xbf => Plain::unary(I64, F64),
        0xc0 | 0xc1 => Plain::unary(I32, I32),
        0xc2..=0xc4 => Plain::unary(I64, I64),
        _ => Plain::NONE,
    }
}

/// Those of a prefix, which convert without a trap.
pub(super) const fn saturating(code: u32) -> Plain {
    match code {
        0 | 1 => Plain::unary(F32, I32),
        2 | 3 => Plain::unary(F64, I32),
        4 | 5 => Plain::unary(F32, I64),
        6 | 7 => Plain::unary(F64, I64),
        _ => Plain::NONE,
    }
}

/// Looked up for every instruction.
pub(super) static PLAIN: [Plain; 256] = by_opcode!(plain);

/// An access to memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Access {
    /// What is loaded or stored.
    pub(super) ty: u8,
    /// The largest alignment, a power of two.
    pub(super) alignment: u32,
    pub(super) stores: bool,
}

/// The access of an instruction, if it is one of a number.
pub(super) const fn access(opcode: u8) -> Access {
    let (ty, alignment) = match opcode {
        0x28 | 0x36 => (I32, 2),
        0x29 | 0x37 => (I64, 3),
        0x2a | 0x38 => (F32, 2),
        0x2b | 0x39 => (F64, 3),
        0x2c | 0x2d | 0x3a => (I32, 0),
        0x2e | 0x2f | 0x3b => (I32, 1),
        0x30 | 0x31 | 0x3c => (I64, 0),
        0x32 | 0x33 | 0x3d => (I64, 1),
        0x34 | 0x35 | 0x3e => (I64, 2),
        _ => (V128, 4),
    };
    Access { ty, alignment, stores: matches!(opcode, 0x36..=0x3e) }
}
