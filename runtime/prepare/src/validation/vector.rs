//! Instructions of vectors.

use super::super::opcode::{F32, F64, I32, I64, V128};
use super::{cursor::Cursor, fault::Fault, function::Function, known::Known, weight::VECTOR};

const CONSTANT: u32 = 0x0c;
const LANES: usize = 16;

/// Checks a lane of so many.
fn lane(cursor: &mut Cursor<'_>, count: u8) -> Result<(), Fault> {
    if cursor.byte()? < count { Ok(()) } else { Err(Fault::Lane) }
}

/// The instructions that take and give vectors alone: how many they take.
const fn takes(code: u32) -> Option<usize> {
    match code {
        0x4d
        | 0x5e..=0x62
        | 0x67..=0x6a
        | 0x74
        | 0x75
        | 0x7a
        | 0x7c..=0x81
        | 0x87..=0x8a
        | 0x94
        | 0xa0
        | 0xa1
        | 0xa7..=0xaa
        | 0xc0
        | 0xc1
        | 0xc7..=0xca
        | 0xe0
        | 0xe1
        | 0xe3
        | 0xec
        | 0xed
        | 0xef
        | 0xf8..=0xff
        | 0x101..=0x104 => Some(1),
        0x52 | 0x105..=0x10c | 0x113 => Some(3),
        0x0e
        | 0x23..=0x4c
        | 0x4e..=0x51
        | 0x65
        | 0x66
        | 0x6e..=0x73
        | 0x76..=0x79
        | 0x7b
        | 0x82
        | 0x85
        | 0x86
        | 0x8e..=0x93
        | 0x95..=0x99
        | 0x9b..=0x9f
        | 0xae
        | 0xb1
        | 0xb5..=0xba
        | 0xbc..=0xbf
        | 0xce
        | 0xd1
        | 0xd5..=0xdf
        | 0xe4..=0xeb
        | 0xf0..=0xf7
        | 0x100
        | 0x10d..=0x112 => Some(2),
        _ => None,
    }
}

/// The type of the lanes that an instruction takes out, puts in or fills, and their number.
const fn lanes(code: u32) -> (u8, u8) {
    match code {
        0x0f | 0x15..=0x17 => (I32, 16),
        0x10 | 0x18..=0x1a => (I32, 8),
        0x11 | 0x1b | 0x1c => (I32, 4),
        0x12 | 0x1d | 0x1e => (I64, 2),
        0x13 | 0x1f | 0x20 => (F32, 4),
        _ => (F64, 2),
    }
}

/// The largest alignment of a load, or of an access to one lane.
const fn alignment(code: u32) -> u32 {
    match code {
        0x00 | 0x0b => 4,
        0x07 | 0x54 | 0x58 => 0,
        0x08 | 0x55 | 0x59 => 1,
        0x09 | 0x56 | 0x5a | 0x5c => 2,
        _ => 3,
    }
}

/// Reads the constant of a constant expression.
pub(super) fn constant(cursor: &mut Cursor<'_>) -> Result<(), Fault> {
    if cursor.u32()? != CONSTANT {
        return Err(Fault::NotConstant);
    }
    cursor.skip(LANES)
}

impl Function {
    #[inline(never)]
    pub(super) fn vector(&mut self, known: &Known, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        const LOADED_LANES: u32 = 0x54;
        const STORED_LANES: u32 = 0x58;
        let code = cursor.u32()?;
        self.weight.code(VECTOR);
        if let Some(count) = takes(code) {
            for _ in 0..count {
                self.pop(V128)?;
            }
            return self.push(V128);
        }
        let (ty, count) = lanes(code);
        match code {
            0x00..=0x0a | 0x5c | 0x5d => {
                let (address, _) = Self::argument(known, cursor, alignment(code))?;
                self.pop(address)?;
                self.push(V128)
            }
            0x0b => {
                let (address, _) = Self::argument(known, cursor, alignment(code))?;
                self.pop_all(&[address, V128])
            }
            CONSTANT => {
                cursor.skip(LANES)?;
                self.push(V128)
            }
            0x0d => {
                for _ in 0..LANES {
                    lane(cursor, 2 * LANES as u8)?;
                }
                self.pop_all(&[V128, V128])?;
                self.push(V128)
            }
            0x0f..=0x14 => {
                self.pop(ty)?;
                self.push(V128)
            }
            0x15 | 0x16 | 0x18 | 0x19 | 0x1b | 0x1d | 0x1f | 0x21 => {
                lane(cursor, count)?;
                self.pop(V128)?;
                self.push(ty)
            }
            0x17 | 0x1a | 0x1c | 0x1e | 0x20 | 0x22 => {
                lane(cursor, count)?;
                self.pop_all(&[V128, ty])?;
                self.push(V128)
            }
            // Whether all or any lanes are set, and which.
            0x53 | 0x63 | 0x64 | 0x83 | 0x84 | 0xa3 | 0xa4 | 0xc3 | 0xc4 => {
                self.pop(V128)?;
                self.push(I32)
            }
            LOADED_LANES..0x5c => {
                let alignment = alignment(code);
                let (address, _) = Self::argument(known, cursor, alignment)?;
                lane(cursor, 16 >> alignment)?;
                self.pop_all(&[address, V128])?;
                if code < STORED_LANES { self.push(V128) } else { Ok(()) }
            }
            // Shifts.
            0x6b..=0x6d | 0x8b..=0x8d | 0xab..=0xad | 0xcb..=0xcd => {
                self.pop_all(&[V128, I32])?;
                self.push(V128)
            }
            _ => Err(Fault::IllegalOpcode),
        }
    }
}
