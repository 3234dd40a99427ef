//! Code that leaves one value.

use super::body::{Body, Slot};
use super::operators::{self, Need, OPERATORS, Operand, Operator, TRUNCATIONS};
use crate::programs::value;
use wasm_encoder::{HeapType, Ieee32, Ieee64, Instruction, ValType};

/// How deep expressions are.
const DEPTH: u32 = 4;

impl Body<'_> {
    /// A value that meets the need.
    pub(super) fn operand(&mut self, (ty, need): Operand, depth: u32) {
        self.budget -= 1;
        match need {
            Need::Any => self.any_value(ty, depth),
            Need::Small => self.small(ty, depth),
            Need::Exact => self.exact(ty, depth),
            Need::Divisor => self.divisor(ty, depth),
        }
    }

    fn any_value(&mut self, ty: ValType, depth: u32) {
        let leaf = self.budget < 0 || depth >= DEPTH;
        let choice = self.rng.u8(..if leaf { 12 } else { 40 });
        match choice {
            0..8 if self.get_local(ty) => {}
            8 if self.get_global(ty) => {}
            0..12 => self.constant(ty),
            12 if self.tee(ty, depth) => {}
            13 | 14 => self.select(ty, depth),
            15..18 => self.block_value(ty),
            18 | 19 if self.load(ty, depth) => {}
            20 | 21 if self.call_for(ty) => {}
            _ if matches!(ty, ValType::Ref(_)) => self.reference(ty),
            _ => self.apply(ty, depth),
        }
    }

    /// The result of an operator on numbers of the same type.
    pub(super) fn computed(&mut self, ty: ValType) {
        let own =
            |o: &&Operator| o.gives == ty && o.takes.iter().all(|take| *take == (ty, Need::Any));
        let operators: Vec<&'static Operator> = OPERATORS.iter().filter(own).collect();
        match self.choose(&operators) {
            Some(operator) => self.operate(operator, DEPTH),
            None => self.constant(ty),
        }
    }

    /// The result of an operator.
    fn apply(&mut self, ty: ValType, depth: u32) {
        let gives = |operator: &&Operator| operator.gives == ty;
        let giving: Vec<&'static Operator> = match self.once_in(120) {
            true => TRUNCATIONS.iter().filter(gives).collect(),
            false => operators::all().filter(gives).collect(),
        };
        match self.choose(&giving) {
            Some(operator) => self.operate(operator, depth),
            None => self.constant(ty),
        }
    }

    fn operate(&mut self, operator: &'static Operator, depth: u32) {
        for operand in operator.takes {
            self.operand(*operand, depth + 1);
        }
        self.finish_operator(operator);
    }

    /// Emits the operator, whose operands are there.
    pub(super) fn finish_operator(&mut self, operator: &Operator) {
        let taken = &self.stack[self.stack.len() - operator.takes.len()..];
        // What only changes a float's sign keeps what is known of it.
        let exact =
            operator.known == Need::Exact && (taken[0].ty != operator.gives || taken[0].exact);
        let small = operator.known == Need::Small;
        self.pop(operator.takes.len());
        self.emit(operator.code.clone());
        self.push(Slot { ty: operator.gives, exact, small });
    }

    pub(super) fn get_local(&mut self, ty: ValType) -> bool {
        let Some(index) = self.some_local(|_, slot| slot.ty == ty) else { return false };
        self.emit(Instruction::LocalGet(index));
        self.push(self.locals[index as usize]);
        self.read = Some(index);
        true
    }

    pub(super) fn get_global(&mut self, ty: ValType) -> bool {
        let globals = &self.shape.globals;
        let of_type: Vec<_> = (0..globals.len()).filter(|n| globals[*n].ty == ty).collect();
        let Some(index) = self.choose(&of_type) else { return false };
        self.emit(Instruction::GlobalGet(index as u32));
        self.push(Slot::of(ty));
        true
    }

    /// Sets a local and keeps the value.
    fn tee(&mut self, ty: ValType, depth: u32) -> bool {
        let Some(index) = self.free_local(|slot| slot.ty == ty) else { return false };
        let slot = self.locals[index as usize];
        self.operand((ty, slot.need()), depth + 1);
        self.emit(Instruction::LocalTee(index));
        self.pop(1);
        self.push(slot);
        true
    }

    /// A constant.
    pub(super) fn constant(&mut self, ty: ValType) {
        let bits = value::integer(self.rng);
        let (instruction, small) = match ty {
            ValType::I32 => (Instruction::I32Const(bits as u32 as i32), bits as u32 <= 1023),
            ValType::I64 => (Instruction::I64Const(bits.cast_signed()), bits <= 1023),
            ValType::F32 => (Instruction::F32Const(Ieee32::new(value::float32(self.rng))), false),
            ValType::F64 => (Instruction::F64Const(Ieee64::new(value::float64(self.rng))), false),
            ValType::V128 => (Instruction::V128Const(i128::from(bits)), false),
            ValType::Ref(reference) => (Instruction::RefNull(reference.heap_type), false),
        };
        self.emit(instruction);
        self.push(Slot { ty, exact: true, small });
    }

    fn reference(&mut self, ty: ValType) {
        let functions = self.shape.functions.len();
        if ty != ValType::FUNCREF {
            self.emit(Instruction::RefNull(HeapType::EXTERN));
        } else if self.once_in(2) {
            let function = self.rng.usize(..functions) as u32;
            self.emit(Instruction::RefFunc(function));
        } else {
            let index = self.rng.usize(..self.shape.table.len()) as i32;
            self.emit(Instruction::I32Const(index));
            self.emit(Instruction::TableGet(0));
        }
        self.push(Slot::of(ty));
    }

    /// A number below 1024.
    fn small(&mut self, ty: ValType, depth: u32) {
        let number = self.rng.i32(0..1024);
        let local = self.some_local(|_, slot| slot.ty == ty && slot.small);
        match (self.rng.u8(..6), local) {
            (0..3, Some(local)) => {
                self.emit(Instruction::LocalGet(local));
                self.push(self.locals[local as usize]);
            }
            (3, Some(local)) if !self.kept.contains(&local) => {
                self.operand((ty, Need::Small), depth + 1);
                self.emit(Instruction::LocalTee(local));
            }
            (4, _) if depth < DEPTH => {
                self.any_value(ty, depth + 1);
                self.masked(ty);
            }
            _ => {
                self.emit(match ty {
                    ValType::I64 => Instruction::I64Const(number.into()),
                    _ => Instruction::I32Const(number),
                });
                self.push(Slot { ty, exact: false, small: true });
            }
        }
    }

    /// Makes the top of the stack small.
    fn masked(&mut self, ty: ValType) {
        let mask = [1, 3, 7, 255, 1023, 1020][self.rng.usize(..6)];
        if ty == ValType::I64 {
            self.emit(Instruction::I64Const(mask.into()));
            self.emit(Instruction::I64And);
        } else {
            self.emit(Instruction::I32Const(mask));
            self.emit(Instruction::I32And);
        }
        self.pop(1);
        self.push(Slot { ty, exact: false, small: true });
    }

    /// A float that is no computed NaN.
    fn exact(&mut self, ty: ValType, depth: u32) {
        let operators: Vec<&'static Operator> = OPERATORS
            .iter()
            .filter(|o| o.known == Need::Exact && o.gives == ty && o.takes[0].0 != ty)
            .collect();
        match self.rng.u8(..6) {
            0 | 1 => {
                if let Some(local) = self.some_local(|_, slot| slot.ty == ty && slot.exact) {
                    self.emit(Instruction::LocalGet(local));
                    self.push(self.locals[local as usize]);
                } else {
                    self.constant(ty);
                }
            }
            2 if depth < DEPTH => {
                let operator = self.choose(&operators).expect("there are conversions");
                self.operate(operator, depth);
            }
            3 if self.load(ty, depth) => {}
            4 if depth < DEPTH => {
                self.any_value(ty, depth + 1);
                self.without_nan(ty);
            }
            _ => self.constant(ty),
        }
    }

    /// Replaces the top of the stack by one NaN if it is any.
    fn without_nan(&mut self, ty: ValType) {
        let slot = Slot { ty, exact: false, small: false };
        let known = self.kept.iter().find(|index| self.locals[**index as usize] == slot).copied();
        let local = known.unwrap_or_else(|| self.own_local(slot));
        self.emit(Instruction::LocalSet(local));
        if ty == ValType::F64 {
            self.emit(Instruction::F64Const(Ieee64::new(f64::NAN.to_bits())));
        } else {
            self.emit(Instruction::F32Const(Ieee32::new(f32::NAN.to_bits())));
        }
        for _ in 0..3 {
            self.emit(Instruction::LocalGet(local));
        }
        self.emit(if ty == ValType::F64 { Instruction::F64Ne } else { Instruction::F32Ne });
        self.emit(Instruction::Select);
        self.pop(1);
        self.push(Slot { ty, exact: true, small: false });
    }

    fn divisor(&mut self, ty: ValType, depth: u32) {
        let wide = ty == ValType::I64;
        match self.rng.u8(..12) {
            0 if self.once_in(3) => self.any_value(ty, depth + 1),
            1..6 => {
                let number = [-1, 1, 2, 3, 7, 8, 16, 1000][self.rng.usize(..8)];
                self.emit(match wide {
                    true => Instruction::I64Const(number.into()),
                    false => Instruction::I32Const(number),
                });
                self.push(Slot::of(ty));
            }
            _ => {
                self.any_value(ty, depth + 1);
                self.emit(if wide { Instruction::I64Const(1) } else { Instruction::I32Const(1) });
                self.emit(if wide { Instruction::I64Or } else { Instruction::I32Or });
                self.pop(1);
                self.push(Slot::of(ty));
            }
        }
    }

    /// One of two values.
    fn select(&mut self, ty: ValType, depth: u32) {
        self.operand((ty, Need::Any), depth + 1);
        self.operand((ty, Need::Any), depth + 1);
        self.operand((ValType::I32, Need::Any), depth + 1);
        self.finish_select();
    }

    /// Emits `select`, whose operands are there.
    pub(super) fn finish_select(&mut self) {
        let [a, b, _] = self.stack[self.stack.len() - 3..] else { return };
        if matches!(a.ty, ValType::Ref(_)) || self.once_in(8) {
            self.emit(Instruction::TypedSelect(a.ty));
        } else {
            self.emit(Instruction::Select);
        }
        self.pop(3);
        self.push(Slot { ty: a.ty, exact: a.exact && b.exact, small: a.small && b.small });
    }
}

impl Slot {
    /// What a value must be to take its place.
    pub(super) fn need(self) -> Need {
        match (self.exact, self.small) {
            (true, _) => Need::Exact,
            (_, true) => Need::Small,
            _ => Need::Any,
        }
    }
}
