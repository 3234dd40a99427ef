//! Random statements: code that leaves the operands as they were.

use super::expressions::{Writer, place};
use super::parts::{TYPES, any, number};
use wasm_encoder::{Encode, ValType};

use ValType::{F32, F64, I32, I64};

/// Stores by their opcodes, and what they take.
const STORES: [(u8, ValType); 9] = [
    (0x36, I32),
    (0x37, I64),
    (0x38, F32),
    (0x39, F64),
    (0x3a, I32),
    (0x3b, I32),
    (0x3c, I64),
    (0x3d, I64),
    (0x3e, I64),
];

/// The types of functions that a module has for these: for each type one that takes and gives a value
/// of it, one that takes two and gives none, and one that takes none and gives three of it and others.
pub(super) fn signatures() -> Vec<(Vec<ValType>, Vec<ValType>)> {
    let of = |ty: ValType| [(vec![ty], vec![ty]), (vec![ty, ty], vec![]), (vec![], three(ty))];
    TYPES.into_iter().flat_map(of).collect()
}

fn three(ty: ValType) -> Vec<ValType> {
    vec![ty, F64, ty, I32]
}

impl Writer<'_> {
    /// Writes a block whose code `inner` writes, and which branches to it may leave with `results`.
    fn block(&mut self, opcode: u8, ty: i64, label: Vec<ValType>, inner: impl FnOnce(&mut Self)) {
        self.byte(opcode);
        ty.encode(&mut self.code);
        self.labels.push(label);
        inner(self);
        self.labels.pop();
        self.byte(0x0b);
    }

    fn byte_of(ty: ValType) -> i64 {
        let mut bytes = Vec::new();
        ty.encode(&mut bytes);
        i64::from(bytes[0]) - 0x80
    }

    /// A block, loop or `if` that gives one value; sometimes it takes one.
    pub(super) fn typed_block(&mut self, ty: ValType) {
        let takes = self.rng.u8(..3) == 0;
        let signature = if takes { i64::from(place(ty) * 3) } else { Self::byte_of(ty) };
        if takes {
            self.expression(ty);
        }
        let value = move |writer: &mut Self| {
            if takes {
                writer.statement();
                if writer.rng.bool() {
                    writer.byte(0x1a);
                    writer.expression(ty);
                }
            } else {
                writer.statement();
                writer.expression(ty);
            }
        };
        match self.rng.u8(..3) {
            0 => self.block(0x02, signature, vec![ty], value),
            1 => {
                let label = if takes { vec![ty] } else { vec![] };
                self.block(0x03, signature, label, value);
            }
            _ => {
                self.expression(I32);
                self.block(0x04, signature, vec![ty], |writer| {
                    value(writer);
                    if !takes || writer.rng.bool() {
                        writer.byte(0x05);
                        value(writer);
                    }
                });
            }
        }
    }

    /// What gives an integer of no operands: sizes, and growing.
    pub(super) fn integer(&mut self) {
        match self.rng.u8(..4) {
            0 => self.code.extend_from_slice(&[0x3f, 0]),
            1 => {
                self.expression(I32);
                self.code.extend_from_slice(&[0x40, 0]);
            }
            2 => self.code.extend_from_slice(&[0xfc, 16, 0]),
            _ => {
                self.expression(ValType::FUNCREF);
                self.expression(I32);
                self.code.extend_from_slice(&[0xfc, 15, 0]);
            }
        }
    }

    /// A call of the function that gives a value of that type.
    pub(super) fn call(&mut self, ty: ValType) {
        let index = place(ty) * 3;
        self.expression(ty);
        self.called(index);
    }

    /// Calls the function of that type, or one of a table.
    fn called(&mut self, index: u32) {
        if self.rng.u8(..3) == 0 {
            self.expression(I32);
            self.byte(0x11);
            self.index(index);
            let table = self.rng.u8(..2);
            self.byte(table);
        } else {
            self.byte(0x10);
            self.index(index);
        }
    }

    fn drops(&mut self, count: usize) {
        for _ in 0..count {
            self.byte(0x1a);
        }
    }

    fn values(&mut self, types: &[ValType]) {
        for ty in types {
            self.expression(*ty);
        }
    }

    /// A branch to one of the blocks around, with what it carries.
    fn branch(&mut self) {
        let depth = self.rng.usize(..self.labels.len());
        let types = self.labels[self.labels.len() - 1 - depth].clone();
        if self.rng.bool() {
            let ty = any(self.rng);
            self.expression(ty);
            self.values(&types);
            self.branched(depth as u32);
            self.drops(types.len() + 1);
        } else {
            self.values(&types);
            self.branched(depth as u32);
            self.drops(types.len());
        }
    }

    fn branched(&mut self, depth: u32) {
        for _ in 0..self.rng.u8(1..4) {
            self.expression(I32);
            self.byte(0x0d);
            self.index(depth);
        }
    }

    /// A way out of a block, in an `if`.
    fn leave(&mut self) {
        self.expression(I32);
        self.block(0x04, -0x40, vec![], |writer| {
            let depth = writer.rng.usize(..writer.labels.len());
            let label = writer.labels.len() - 1 - depth;
            let types = writer.labels[label].clone();
            match writer.rng.u8(..4) {
                0 => writer.byte(0x00),
                1 => {
                    let results = writer.labels[0].clone();
                    writer.values(&results);
                    writer.byte(0x0f);
                }
                2 => {
                    writer.values(&types);
                    writer.byte(0x0c);
                    writer.index(depth as u32);
                }
                _ => {
                    let alike: Vec<u32> = (0..writer.labels.len())
                        .filter(|at| writer.labels[*at] == types)
                        .map(|at| (writer.labels.len() - 1 - at) as u32)
                        .collect();
                    writer.values(&types);
                    writer.expression(I32);
                    writer.byte(0x0e);
                    let count = writer.rng.u32(..6);
                    writer.index(count);
                    for _ in 0..=count {
                        let target = alike[writer.rng.usize(..alike.len())];
                        writer.index(target);
                    }
                }
            }
            if writer.rng.u8(..3) == 0 {
                writer.statement();
            }
        });
    }

    fn bulk(&mut self) {
        match self.rng.u8(..3) {
            0 => {
                self.values(&[I32, I32, I32]);
                self.code.extend_from_slice(&[0xfc, 11, 0]);
            }
            1 => {
                self.values(&[I32, I32, I32]);
                self.code.extend_from_slice(&[0xfc, 10, 0, 1]);
            }
            _ => {
                self.values(&[I32, ValType::FUNCREF, I32]);
                self.code.extend_from_slice(&[0xfc, 17, 0]);
            }
        }
    }

    /// Writes what leaves the operands as they were.
    pub(super) fn statement(&mut self) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let ty = any(self.rng);
        match self.rng.u8(..14) {
            0 | 1 => {
                self.expression(ty);
                let variable = self.variable(ty);
                self.byte(0x21);
                self.index(variable);
            }
            2 => {
                self.expression(ty);
                self.byte(0x1a);
            }
            3 => {
                let (opcode, ty) = STORES[self.rng.usize(..STORES.len())];
                self.values(&[I32, ty]);
                self.byte(opcode);
                self.memory_argument();
            }
            4 => {
                let ty = number(self.rng);
                self.expression(ty);
                self.byte(0x24);
                self.index(place(ty) * 2);
            }
            5 => {
                self.values(&[I32, ValType::FUNCREF]);
                self.code.extend_from_slice(&[0x26, 0]);
            }
            6 => self.branch(),
            7 => self.leave(),
            8 => self.bulk(),
            9 => {
                self.values(&[ty, ty]);
                self.called(place(ty) * 3 + 1);
            }
            10 => {
                self.called(place(ty) * 3 + 2);
                self.drops(three(ty).len());
            }
            11 => {
                let opcode = self.rng.u8(2..4);
                self.block(opcode, -0x40, vec![], |writer| {
                    writer.statement();
                    writer.statement();
                });
            }
            12 => {
                // Operands that stay below what follows.
                let types: Vec<ValType> =
                    (0..self.rng.usize(1..5)).map(|_| any(self.rng)).collect();
                self.values(&types);
                self.statement();
                self.statement();
                self.drops(types.len());
            }
            _ => {
                self.expression(I32);
                let has_else = self.rng.bool();
                self.block(0x04, -0x40, vec![], |writer| {
                    writer.statement();
                    if has_else {
                        writer.byte(0x05);
                        writer.statement();
                    }
                });
            }
        }
    }
}
