//! Random expressions of a type.

use super::parts::TYPES;
use fastrand::Rng;
use std::ops::RangeInclusive;
use wasm_encoder::{Encode, ValType};

use ValType::{F32, F64, I32, I64};

/// How many variables of each type a function has.
pub(super) const VARIABLES: u32 = 12;

/// Writes code at random.
pub(super) struct Writer<'r> {
    pub(super) rng: &'r mut Rng,
    pub(super) code: Vec<u8>,
    /// The types that branches to the blocks around carry, the outermost first.
    pub(super) labels: Vec<Vec<ValType>>,
    /// How much more is written.
    pub(super) left: usize,
}

/// Operations by their opcodes, what they take and what they give.
const OPERATIONS: [(RangeInclusive<u8>, &[ValType], ValType); 33] = [
    (0x45..=0x45, &[I32], I32),
    (0x46..=0x4f, &[I32, I32], I32),
    (0x50..=0x50, &[I64], I32),
    (0x51..=0x5a, &[I64, I64], I32),
    (0x5b..=0x60, &[F32, F32], I32),
    (0x61..=0x66, &[F64, F64], I32),
    (0x67..=0x69, &[I32], I32),
    (0x6a..=0x78, &[I32, I32], I32),
    (0x79..=0x7b, &[I64], I64),
    (0x7c..=0x8a, &[I64, I64], I64),
    (0x8b..=0x91, &[F32], F32),
    (0x92..=0x98, &[F32, F32], F32),
    (0x99..=0x9f, &[F64], F64),
    (0xa0..=0xa6, &[F64, F64], F64),
    (0xa7..=0xa7, &[I64], I32),
    (0xa8..=0xa9, &[F32], I32),
    (0xaa..=0xab, &[F64], I32),
    (0xac..=0xad, &[I32], I64),
    (0xae..=0xaf, &[F32], I64),
    (0xb0..=0xb1, &[F64], I64),
    (0xb2..=0xb3, &[I32], F32),
    (0xb4..=0xb5, &[I64], F32),
    (0xb6..=0xb6, &[F64], F32),
    (0xb7..=0xb8, &[I32], F64),
    (0xb9..=0xba, &[I64], F64),
    (0xbb..=0xbb, &[F32], F64),
    (0xbc..=0xbc, &[F32], I32),
    (0xbd..=0xbd, &[F64], I64),
    (0xbe..=0xbe, &[I32], F32),
    (0xbf..=0xbf, &[I64], F64),
    (0xc0..=0xc1, &[I32], I32),
    (0xc2..=0xc4, &[I64], I64),
    (0xd1..=0xd1, &[ValType::FUNCREF], I32),
];

/// Loads by their opcodes, and what they give.
const LOADS: [(RangeInclusive<u8>, ValType); 6] = [
    (0x28..=0x28, I32),
    (0x29..=0x29, I64),
    (0x2a..=0x2a, F32),
    (0x2b..=0x2b, F64),
    (0x2c..=0x2f, I32),
    (0x30..=0x35, I64),
];

pub(super) fn place(ty: ValType) -> u32 {
    TYPES.iter().position(|other| *other == ty).unwrap_or(0) as u32
}

impl Writer<'_> {
    pub(super) fn byte(&mut self, byte: u8) {
        self.code.push(byte);
    }

    pub(super) fn index(&mut self, index: u32) {
        index.encode(&mut self.code);
    }

    /// A variable of that type.
    pub(super) fn variable(&mut self, ty: ValType) -> u32 {
        // Few, so that one is often what another instruction looks at too.
        let most = if self.rng.bool() { 2 } else { VARIABLES };
        place(ty) * VARIABLES + self.rng.u32(..most)
    }

    pub(super) fn memory_argument(&mut self) {
        // With the index of a memory: bit 6 of the alignment.
        if self.rng.u8(..6) == 0 {
            self.byte(0x40);
            self.index(1);
        } else {
            self.byte(0);
        }
        let offset = [0, 8, 0xffff, 0x10000, 0xffff_ffff][self.rng.usize(..5)];
        self.index(offset);
    }

    fn constant(&mut self, ty: ValType) {
        let small = self.rng.u8(..3) != 0;
        match ty {
            I32 => {
                self.byte(0x41);
                let value = if small { self.rng.i32(-1..40) } else { self.rng.i32(..) };
                value.encode(&mut self.code);
            }
            I64 => {
                self.byte(0x42);
                let value = if small { self.rng.i64(-1..70) } else { self.rng.i64(..) };
                value.encode(&mut self.code);
            }
            F32 => {
                self.byte(0x43);
                let bits = if small { 0 } else { self.rng.u32(..) };
                self.code.extend_from_slice(&bits.to_le_bytes());
            }
            F64 => {
                self.byte(0x44);
                let bits = if small { 0 } else { self.rng.u64(..) };
                self.code.extend_from_slice(&bits.to_le_bytes());
            }
            ValType::FUNCREF => self.code.extend_from_slice(&[0xd0, 0x70]),
            _ => self.code.extend_from_slice(&[0xd0, 0x6f]),
        }
    }

    fn operation(&mut self, ty: ValType) {
        let fitting: Vec<_> = OPERATIONS.iter().filter(|(.., gives)| *gives == ty).collect();
        let (opcodes, takes, _) = fitting[self.rng.usize(..fitting.len())];
        for ty in *takes {
            self.expression(*ty);
        }
        let opcode = self.rng.u8(opcodes.clone());
        self.byte(opcode);
    }

    fn load(&mut self, ty: ValType) {
        let fitting: Vec<_> = LOADS.iter().filter(|(_, gives)| *gives == ty).collect();
        let (opcodes, _) = fitting[self.rng.usize(..fitting.len())].clone();
        self.expression(I32);
        let opcode = self.rng.u8(opcodes);
        self.byte(opcode);
        self.memory_argument();
    }

    /// Saturating conversions.
    fn conversion(&mut self, ty: ValType) {
        let first = if ty == I64 { 4 } else { 0 };
        let code = self.rng.u8(..4);
        self.expression(if code < 2 { F32 } else { F64 });
        self.code.extend_from_slice(&[0xfc, first + code]);
    }

    fn select(&mut self, ty: ValType) {
        self.expression(ty);
        self.expression(ty);
        self.expression(I32);
        if matches!(ty, ValType::Ref(_)) || self.rng.bool() {
            self.code.extend_from_slice(&[0x1c, 1]);
            ty.encode(&mut self.code);
        } else {
            self.byte(0x1b);
        }
    }

    /// Writes what leaves one value of that type.
    pub(super) fn expression(&mut self, ty: ValType) {
        let is_reference = matches!(ty, ValType::Ref(_));
        let is_leaf = self.left == 0;
        self.left = self.left.saturating_sub(1);
        match self.rng.u8(..if is_leaf { 3 } else { 16 }) {
            0 => self.constant(ty),
            1 | 2 => {
                let variable = self.variable(ty);
                self.byte(0x20);
                self.index(variable);
            }
            3 => {
                self.expression(ty);
                for _ in 0..self.rng.u32(1..4) {
                    let variable = self.variable(ty);
                    self.byte(0x22);
                    self.index(variable);
                }
            }
            4 => self.select(ty),
            5 => {
                // Globals are, of each type, one that is variable and one that is not.
                let global = place(ty) * 2 + self.rng.u32(..2);
                self.byte(0x23);
                self.index(global);
            }
            6 => self.typed_block(ty),
            7 if !is_reference => self.load(ty),
            8 if matches!(ty, I32 | I64) => self.conversion(ty),
            9 => {
                self.statement();
                self.expression(ty);
            }
            10 if ty == I32 => self.integer(),
            11 => self.call(ty),
            _ if ty == ValType::FUNCREF => match self.rng.bool() {
                true => self.code.extend_from_slice(&[0xd2, 0]),
                false => {
                    self.expression(I32);
                    self.code.extend_from_slice(&[0x25, 0]);
                }
            },
            _ if is_reference => self.constant(ty),
            _ => self.operation(ty),
        }
    }
}
