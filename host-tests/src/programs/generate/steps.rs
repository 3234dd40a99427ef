//! What a body does, one step after the other.

use super::body::{Body, Frame, Slot};
use super::operators::{self, Need};
use super::shape::value_type;
use wasm_encoder::{Instruction, ValType};

/// Values on the stack of a frame above which they are taken off.
const CROWDED: usize = 8;

impl Body<'_> {
    /// The whole body.
    pub(super) fn fill(&mut self) {
        let results = self.shape.functions[self.this].signature.results.clone();
        self.frames.push(Frame {
            height: 0,
            label: results.clone(),
            results,
            guard: None,
            dead: false,
        });
        match self.rng.u8(..10) {
            // Only a call, or a few.
            0 | 1 => {}
            2 => self.calls(),
            _ => {
                let steps = self.rng.u32(2..16);
                self.steps(steps);
            }
        }
        if !self.frame().dead && self.once_in(2) {
            self.tail_call();
        }
        self.finish();
        self.emit(Instruction::End);
    }

    /// Calls, and little between them.
    fn calls(&mut self) {
        for _ in 0..self.rng.u8(1..4) {
            self.call();
            if self.once_in(2) {
                let ty = value_type(self.rng);
                self.constant(ty);
            }
        }
    }

    /// Some steps, as long as they are reached.
    pub(super) fn steps(&mut self, count: u32) {
        for _ in 0..count {
            if self.frame().dead || self.budget < 0 {
                return;
            }
            self.budget -= 1;
            self.step();
        }
    }

    fn step(&mut self) {
        if self.own().len() > CROWDED {
            self.discard();
        }
        match self.rng.u8(..100) {
            0..18 => self.operator_here(),
            18..32 => {
                let ty = value_type(self.rng);
                if !self.get_local(ty) {
                    self.constant(ty);
                }
            }
            32..36 => {
                let ty = value_type(self.rng);
                self.operand((ty, Need::Any), 1);
            }
            36..50 => self.set_local(),
            50..56 => self.store(),
            56..60 => self.load_here(),
            60..64 => self.set_global(),
            64..78 => self.block(),
            78..83 => self.branch_if(),
            83..85 => self.jump(),
            85..88 => self.select_here(),
            88..94 => self.call(),
            94 => {
                self.tail_call();
            }
            95 => self.table(),
            96 | 97 => self.block_operation(),
            98 => self.discard(),
            _ => self.emit(Instruction::Nop),
        }
    }

    /// An operator on what is on the stack, as far as it fits.
    fn operator_here(&mut self) {
        let count = operators::all().count();
        let Some(operator) = operators::all().nth(self.rng.usize(..count)) else { return };
        self.prepare(operator.takes);
        self.finish_operator(operator);
    }

    /// Leaves a value that was just computed, as itself or as a local variable, and often others
    /// above it that are not.
    pub(super) fn leave_operands(&mut self) {
        let types = [ValType::I32, ValType::I32, ValType::I64, ValType::F32, ValType::F64];
        let ty = types[self.rng.usize(..types.len())];
        self.computed(ty);
        if let Some(local) = self.free_local(|slot| slot.ty == ty && slot.need() == Need::Any) {
            self.emit(Instruction::LocalTee(local));
            self.read = Some(local);
        }
        for _ in 0..self.rng.u8(..3) {
            let ty = if self.once_in(3) { types[self.rng.usize(..types.len())] } else { ty };
            if self.once_in(3) || !self.get_local(ty) {
                self.constant(ty);
            }
        }
    }

    fn set_local(&mut self) {
        let Some(any) = self.free_local(|_| true) else { return };
        // What lies on the stack, perhaps below a block, must not change.
        let read = self.read.filter(|read| !self.kept.contains(read));
        let local = read.filter(|_| self.rng.bool()).unwrap_or(any);
        let slot = self.locals[local as usize];
        self.prepare(&[(slot.ty, slot.need())]);
        self.pop(1);
        if self.once_in(3) {
            self.emit(Instruction::LocalTee(local));
            self.push(slot);
        } else {
            self.emit(Instruction::LocalSet(local));
        }
    }

    fn set_global(&mut self) {
        let globals = &self.shape.globals;
        let free = |n: &usize| globals[*n].mutable && *n as u32 != self.shape.tick;
        let free: Vec<_> = (0..globals.len()).filter(free).collect();
        let Some(global) = self.choose(&free) else { return };
        self.prepare(&[(self.shape.globals[global].ty, Need::Any)]);
        self.pop(1);
        self.emit(Instruction::GlobalSet(global as u32));
    }

    fn select_here(&mut self) {
        let own = self.own();
        let top = own.last().map(|slot| slot.ty);
        let ty = match top {
            Some(ty) if !self.once_in(3) => ty,
            _ => value_type(self.rng),
        };
        self.prepare(&[(ty, Need::Any), (ty, Need::Any), (ValType::I32, Need::Any)]);
        self.finish_select();
    }

    /// References and what holds them.
    fn table(&mut self) {
        let extra = 1;
        match self.rng.u8(..6) {
            0 => {
                self.emit(Instruction::TableSize(0));
                self.push(Slot::of(ValType::I32));
            }
            1 => {
                self.prepare(&[(ValType::FUNCREF, Need::Any)]);
                self.pop(1);
                self.emit(Instruction::RefIsNull);
                self.push(Slot { ty: ValType::I32, exact: false, small: true });
            }
            2 => {
                self.table_index();
                self.operand((ValType::EXTERNREF, Need::Any), 1);
                self.emit(Instruction::TableSet(extra));
                self.pop(2);
            }
            3 => {
                self.prepare(&[(ValType::EXTERNREF, Need::Any)]);
                self.emit(Instruction::I32Const(1));
                self.pop(1);
                self.emit(Instruction::TableGrow(extra));
                self.push(Slot::of(ValType::I32));
            }
            4 => {
                self.table_index();
                self.operand((ValType::EXTERNREF, Need::Any), 1);
                self.emit(Instruction::I32Const(1));
                self.pop(2);
                self.emit(Instruction::TableFill(extra));
            }
            _ => {
                self.table_index();
                self.emit(Instruction::TableGet(extra));
                self.pop(1);
                self.push(Slot::of(ValType::EXTERNREF));
            }
        }
    }

    /// An index of an element that is most often there.
    fn table_index(&mut self) {
        self.prepare(&[(ValType::I32, Need::Small)]);
        let mask = if self.once_in(8) { 3 } else { 1 };
        self.emit(Instruction::I32Const(mask));
        self.emit(Instruction::I32And);
        self.pop(1);
        self.push(Slot { ty: ValType::I32, exact: false, small: true });
    }
}
