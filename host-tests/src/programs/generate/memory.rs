//! Loads, stores and operations on blocks.

use super::body::{Body, Slot};
use super::operators::Need;
use wasm_encoder::{Instruction, MemArg, MemArgTarget, ValType};

type Access = (fn(MemArg) -> Instruction<'static>, u32);

const I32_LOADS: [Access; 5] = [
    (Instruction::I32Load, 2),
    (Instruction::I32Load8S, 0),
    (Instruction::I32Load8U, 0),
    (Instruction::I32Load16S, 1),
    (Instruction::I32Load16U, 1),
];
const I64_LOADS: [Access; 7] = [
    (Instruction::I64Load, 3),
    (Instruction::I64Load8S, 0),
    (Instruction::I64Load8U, 0),
    (Instruction::I64Load16S, 1),
    (Instruction::I64Load16U, 1),
    (Instruction::I64Load32S, 2),
    (Instruction::I64Load32U, 2),
];
const F32_LOADS: [Access; 1] = [(Instruction::F32Load, 2)];
const F64_LOADS: [Access; 1] = [(Instruction::F64Load, 3)];
const V128_LOADS: [Access; 4] = [
    (Instruction::V128Load, 4),
    (Instruction::V128Load8x8S, 3),
    (Instruction::V128Load32Splat, 2),
    (Instruction::V128Load64Zero, 3),
];
const I32_STORES: [Access; 3] =
    [(Instruction::I32Store, 2), (Instruction::I32Store8, 0), (Instruction::I32Store16, 1)];
const I64_STORES: [Access; 4] = [
    (Instruction::I64Store, 3),
    (Instruction::I64Store8, 0),
    (Instruction::I64Store16, 1),
    (Instruction::I64Store32, 2),
];
const F32_STORES: [Access; 1] = [(Instruction::F32Store, 2)];
const F64_STORES: [Access; 1] = [(Instruction::F64Store, 3)];
const V128_STORES: [Access; 1] = [(Instruction::V128Store, 4)];

fn loads(ty: ValType) -> &'static [Access] {
    match ty {
        ValType::I32 => &I32_LOADS,
        ValType::I64 => &I64_LOADS,
        ValType::F32 => &F32_LOADS,
        ValType::F64 => &F64_LOADS,
        ValType::V128 => &V128_LOADS,
        ValType::Ref(_) => &[],
    }
}

fn stores(ty: ValType) -> &'static [Access] {
    match ty {
        ValType::I32 => &I32_STORES,
        ValType::I64 => &I64_STORES,
        ValType::F32 => &F32_STORES,
        ValType::F64 => &F64_STORES,
        ValType::V128 => &V128_STORES,
        ValType::Ref(_) => &[],
    }
}

impl Body<'_> {
    fn memory(&mut self) -> u32 {
        let count = self.shape.memories.len();
        if self.once_in(2) { 0 } else { self.rng.usize(..count) as u32 }
    }

    /// The type of what a memory may hold.
    fn stored_type(&mut self) -> ValType {
        use ValType::{F32, F64, I32, I64, V128};
        let types = [I32, I32, I64, I64, F32, F64, V128];
        let count = if cfg!(feature = "simd") { types.len() } else { types.len() - 1 };
        types[self.rng.usize(..count)]
    }

    /// The type of a memory's addresses.
    fn address_type(&self, memory: u32) -> ValType {
        if self.shape.memories[memory as usize].wide { ValType::I64 } else { ValType::I32 }
    }

    fn offset(&mut self, memory: u32) -> u64 {
        let size = self.shape.memories[memory as usize].minimum << 16;
        match self.rng.u8(..16) {
            0..6 => 0,
            6..10 => self.rng.u64(..64),
            10 => 65_535 - self.rng.u64(..16),
            11 | 12 => 65_535 + self.rng.u64(..16),
            13 if self.once_in(3) => size - self.rng.u64(..40),
            14 if self.once_in(6) => [0xffff_ffff, 0x8000_0000][self.rng.usize(..2)],
            14 => 65_536,
            _ => self.rng.u64(..size - 1100),
        }
    }

    fn argument(&mut self, memory: u32, align: u32) -> MemArg {
        let align = self.rng.u32(..=align);
        MemArg {
            offset: self.offset(memory),
            align,
            target: MemArgTarget::Memory(memory),
            ordering: None,
        }
    }

    fn address(&mut self) -> Need {
        if self.once_in(80) { Need::Any } else { Need::Small }
    }

    /// Loads a value, if there are any of the type in memories.
    pub(super) fn load(&mut self, ty: ValType, depth: u32) -> bool {
        let Some((load, align)) = self.choose(loads(ty)) else { return false };
        let memory = self.memory();
        let need = self.address();
        self.operand((self.address_type(memory), need), depth + 1);
        self.finish_load(ty, load, align, memory);
        true
    }

    fn finish_load(
        &mut self,
        ty: ValType,
        load: fn(MemArg) -> Instruction<'static>,
        align: u32,
        memory: u32,
    ) {
        let load = load(self.argument(memory, align));
        let small = matches!(load, Instruction::I32Load8U(_) | Instruction::I64Load8U(_));
        self.pop(1);
        self.emit(load);
        self.push(Slot { ty, exact: true, small });
    }

    /// Loads from an address that may be there already.
    pub(super) fn load_here(&mut self) {
        let ty = self.stored_type();
        let memory = self.memory();
        let need = self.address();
        self.prepare(&[(self.address_type(memory), need)]);
        let (load, align) = self.choose(loads(ty)).expect("there are loads of numbers");
        self.finish_load(ty, load, align, memory);
    }

    /// Stores a value.
    pub(super) fn store(&mut self) {
        let memory = self.memory();
        let address = self.address_type(memory);
        let ty = self.stored_type();
        let float = matches!(ty, ValType::F32 | ValType::F64);
        let integer = matches!(ty, ValType::I32 | ValType::I64);
        let local = self.free_local(|slot| slot.ty == address && slot.small);
        match local {
            // The value is the address, or nearly.
            Some(local) if integer && self.once_in(3) => {
                self.operand((address, Need::Small), 1);
                self.emit(Instruction::LocalTee(local));
                self.emit(Instruction::LocalGet(local));
                match (address, ty) {
                    (ValType::I32, ValType::I64) => self.emit(Instruction::I64ExtendI32U),
                    (ValType::I64, ValType::I32) => self.emit(Instruction::I32WrapI64),
                    _ => {}
                }
                self.push(Slot::of(ty));
            }
            _ => {
                let need = self.address();
                let value = if float { Need::Exact } else { Need::Any };
                self.prepare(&[(address, need), (ty, value)]);
            }
        }
        let (store, align) = self.choose(stores(ty)).expect("there are stores of numbers");
        let argument = self.argument(memory, align);
        self.pop(2);
        self.emit(store(argument));
    }

    /// Fills, copies, grows and so on.
    pub(super) fn block_operation(&mut self) {
        let (memory, other) = (self.memory(), self.memory());
        let (to, from) = (self.address_type(memory), self.address_type(other));
        let both = if to == from { to } else { ValType::I32 };
        let need = self.address();
        match self.rng.u8(..8) {
            0 | 1 => {
                self.prepare(&[(to, need), (ValType::I32, Need::Any), (to, Need::Small)]);
                self.pop(3);
                self.emit(Instruction::MemoryFill(memory));
            }
            2 | 3 => {
                self.prepare(&[(to, need), (from, Need::Small), (both, Need::Small)]);
                self.pop(3);
                self.emit(Instruction::MemoryCopy { src_mem: other, dst_mem: memory });
            }
            4 => {
                self.prepare(&[(to, need), (ValType::I32, Need::Small)]);
                self.emit(Instruction::I32Const(127));
                self.emit(Instruction::I32And);
                let length = self.rng.i32(0..8);
                self.emit(Instruction::I32Const(length));
                self.pop(2);
                self.emit(Instruction::MemoryInit { mem: memory, data_index: 0 });
            }
            5 => {
                self.emit(Instruction::MemorySize(memory));
                self.push(Slot::of(to));
            }
            6 => {
                let pages = self.rng.i32(0..2);
                self.emit(match to {
                    ValType::I64 => Instruction::I64Const(pages.into()),
                    _ => Instruction::I32Const(pages),
                });
                self.emit(Instruction::MemoryGrow(memory));
                self.push(Slot::of(to));
            }
            _ if self.once_in(8) => self.emit(Instruction::DataDrop(0)),
            _ => self.load_here(),
        }
    }
}
