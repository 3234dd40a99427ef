//! Calls, indirect calls and tail calls.

use super::body::{Body, Guard, Slot};
use super::operators::Need;
use super::shape::Signature;
use wasm_encoder::{BlockType, Instruction, ValType};

/// The most values that there may be on the stack before a call that any function may make again.
const RECURSION: usize = 6;

impl Body<'_> {
    /// Functions that may be called without counting: imported ones and those behind this one.
    fn callable(&self) -> Vec<usize> {
        let imported = self.shape.imported();
        (0..self.shape.functions.len()).filter(|n| *n < imported || *n > self.this).collect()
    }

    fn signature(&self, function: usize) -> Signature {
        self.shape.functions[function].signature.clone()
    }

    fn push_results(&mut self, signature: &Signature) {
        self.pop(signature.params.len());
        self.stack.extend(signature.results.iter().map(|ty| Slot::of(*ty)));
    }

    /// A call that leaves one value of this type, if any function gives it.
    pub(super) fn call_for(&mut self, ty: ValType) -> bool {
        let functions = self.callable();
        let giving = |n: &usize| self.shape.functions[*n].signature.results == [ty];
        let giving: Vec<_> = functions.into_iter().filter(giving).collect();
        let Some(function) = self.choose(&giving) else { return false };
        let signature = self.signature(function);
        // What is on the stack is for others.
        for ty in &signature.params {
            self.operand((*ty, Need::Any), 2);
        }
        self.emit(Instruction::Call(function as u32));
        self.push_results(&signature);
        true
    }

    fn call_function(&mut self, function: usize) {
        let signature = self.signature(function);
        self.prepare_types(&signature.params);
        self.emit(Instruction::Call(function as u32));
        self.push_results(&signature);
    }

    /// A call of any kind.
    pub(super) fn call(&mut self) {
        let functions = self.callable();
        match self.rng.u8(..8) {
            0 if self.own().len() < RECURSION => self.counted_call(),
            1..4 => self.call_indirect(),
            _ => {
                if let Some(function) = self.choose(&functions) {
                    self.call_function(function);
                }
            }
        }
    }

    /// A call of any function of the module, also this one again, as long as there are ticks.
    fn counted_call(&mut self) {
        let function = self.rng.usize(..self.shape.functions.len());
        let signature = self.signature(function);
        self.if_ticks_are_left();
        for ty in &signature.params {
            self.operand((*ty, Need::Any), 2);
        }
        self.emit(Instruction::Call(function as u32));
        for _ in &signature.results {
            self.emit(Instruction::Drop);
        }
        self.leave();
        self.emit(Instruction::End);
    }

    /// An element of the table, and a type that is most often its.
    fn element(&mut self) -> Option<(usize, Signature)> {
        // What the table holds would call itself for ever.
        if self.this >= self.shape.first_leaf {
            return None;
        }
        let table = &self.shape.table;
        let filled = (0..table.len()).filter(|n| table[*n].is_some());
        let filled: Vec<_> = filled.collect();
        let any = self.rng.usize(..self.shape.table.len());
        let element = if self.once_in(40) { any } else { self.choose(&filled).unwrap_or(any) };
        let function = match self.shape.table[element] {
            Some(function) if !self.once_in(40) => function as usize,
            _ => self.rng.usize(..self.shape.functions.len()),
        };
        Some((element, self.signature(function)))
    }

    /// Leaves the index of an element, more or less.
    fn index(&mut self, element: usize) {
        let Ok(element) = i32::try_from(element) else { return };
        self.emit(Instruction::I32Const(element));
        if self.once_in(3) {
            self.operand((ValType::I32, Need::Small), 2);
            self.pop(1);
            self.emit(Instruction::I32Const(0));
            self.emit(Instruction::I32And);
            self.emit(Instruction::I32Or);
        }
    }

    fn call_indirect(&mut self) {
        let Some((element, signature)) = self.element() else { return };
        self.prepare_types(&signature.params);
        self.index(element);
        let type_index = self.types.index(&signature);
        self.emit(Instruction::CallIndirect { type_index, table_index: 0 });
        self.push_results(&signature);
    }

    /// Ends the frame by a tail call, if any function has the right results.
    pub(super) fn tail_call(&mut self) -> bool {
        if !self.shape.tail_calls {
            return false;
        }
        match self.rng.u8(..6) {
            0 => {
                self.counted_tail_call();
                false
            }
            1 | 2 => self.tail_call_indirect(),
            _ => self.tail_call_direct(),
        }
    }

    fn tail_call_indirect(&mut self) -> bool {
        let Some((element, signature)) = self.element() else { return false };
        if signature.results != self.frames[0].results {
            return false;
        }
        self.prepare_types(&signature.params);
        self.index(element);
        let type_index = self.types.index(&signature);
        self.emit(Instruction::ReturnCallIndirect { type_index, table_index: 0 });
        self.kill();
        true
    }

    fn tail_call_direct(&mut self) -> bool {
        let results = self.frames[0].results.clone();
        let right = |n: &usize| self.shape.functions[*n].signature.results == results;
        let functions: Vec<_> = self.callable().into_iter().filter(right).collect();
        let Some(function) = self.choose(&functions) else { return false };
        self.prepare_types(&self.signature(function).params);
        self.emit(Instruction::ReturnCall(function as u32));
        self.kill();
        true
    }

    /// A tail call of this function, as long as there are ticks.
    fn counted_tail_call(&mut self) {
        let signature = self.signature(self.this);
        self.if_ticks_are_left();
        for ty in &signature.params {
            self.operand((*ty, Need::Any), 2);
        }
        self.emit(Instruction::ReturnCall(self.this as u32));
        self.leave();
        self.emit(Instruction::End);
    }

    /// Counts down and enters a block if there is more to go.
    fn if_ticks_are_left(&mut self) {
        self.count_down(Guard::Tick);
        self.pop(1);
        self.emit(Instruction::If(BlockType::Empty));
        self.enter(&[], &[], &[]);
    }
}
