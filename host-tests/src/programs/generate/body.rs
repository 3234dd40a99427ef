//! The body of a function while it is made: its code, and what is on the stack after it.

use super::operators::{Need, Operand};
use super::shape::{Shape, Signature, Types};
use fastrand::Rng;
use wasm_encoder::{BlockType, Instruction, ValType};

/// A value on the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) ty: ValType,
    pub(super) exact: bool,
    pub(super) small: bool,
}

impl Slot {
    /// A value of which only the type is known.
    pub(super) fn of(ty: ValType) -> Self {
        Self { ty, exact: false, small: false }
    }

    /// Whether it can serve as the operand.
    pub(super) fn meets(self, (ty, need): Operand) -> bool {
        self.ty == ty
            && match need {
                Need::Any => true,
                Need::Exact => self.exact,
                Need::Small => self.small,
                Need::Divisor => false,
            }
    }
}

/// Who counts how often a loop is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// A local that nothing else changes.
    Local(u32),
    /// The module's global.
    Tick,
}

/// A block, loop, arm of an `if`, or the function.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// Values on the stack below it.
    pub(super) height: usize,
    /// What a branch to it takes.
    pub(super) label: Vec<ValType>,
    pub(super) results: Vec<ValType>,
    /// Only of a loop.
    pub(super) guard: Option<Guard>,
    /// Nothing behind is reached.
    pub(super) dead: bool,
}

/// A function's body.
pub(super) struct Body<'a> {
    pub(super) rng: &'a mut Rng,
    pub(super) shape: &'a Shape,
    pub(super) types: &'a mut Types,
    /// The function's index.
    pub(super) this: usize,
    pub(super) locals: Vec<Slot>,
    /// Locals that only their own code changes.
    pub(super) kept: Vec<u32>,
    /// The local that was read last.
    pub(super) read: Option<u32>,
    pub(super) code: Vec<Instruction<'static>>,
    pub(super) stack: Vec<Slot>,
    pub(super) frames: Vec<Frame>,
    /// How much may still be made, about.
    pub(super) budget: i32,
}

impl Body<'_> {
    pub(super) fn emit(&mut self, instruction: Instruction<'static>) {
        self.code.push(instruction);
    }

    pub(super) fn push(&mut self, slot: Slot) {
        self.stack.push(slot);
    }

    /// Takes values off the stack.
    pub(super) fn pop(&mut self, count: usize) {
        let rest = self.stack.len() - count;
        self.stack.truncate(rest);
    }

    pub(super) fn frame(&self) -> &Frame {
        self.frames.last().expect("the function's own frame is there")
    }

    /// What the innermost frame has on the stack.
    pub(super) fn own(&self) -> &[Slot] {
        &self.stack[self.frame().height..]
    }

    /// Whether it happens this time: once in `times`.
    pub(super) fn once_in(&mut self, times: u8) -> bool {
        self.rng.u8(..times) == 0
    }

    /// One of them.
    pub(super) fn choose<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.rng.usize(..from.len())].clone())
    }

    /// Makes the operands be on top of the stack. Some may be there already.
    pub(super) fn prepare(&mut self, operands: &[Operand]) {
        let fits = |count: &usize| {
            let own = self.own();
            let top = &own[own.len() - count..];
            top.iter().zip(operands).all(|(slot, operand)| slot.meets(*operand))
        };
        let most = operands.len().min(self.own().len());
        let fitting: Vec<usize> = (0..=most).filter(fits).collect();
        let there = match self.rng.u8(..8) {
            0..5 => fitting[fitting.len() - 1],
            5..7 => 0,
            _ => fitting[self.rng.usize(..fitting.len())],
        };
        for operand in &operands[there..] {
            self.operand(*operand, 0);
        }
    }

    /// Makes values of these types be on top of the stack.
    pub(super) fn prepare_types(&mut self, types: &[ValType]) {
        let operands: Vec<_> = types.iter().map(|ty| (*ty, Need::Any)).collect();
        self.prepare(&operands);
    }

    /// A new local, which nothing but its own code changes.
    pub(super) fn own_local(&mut self, slot: Slot) -> u32 {
        self.locals.push(slot);
        let index = self.locals.len() as u32 - 1;
        self.kept.push(index);
        index
    }

    /// The type of a block.
    pub(super) fn block_type(&mut self, params: &[ValType], results: &[ValType]) -> BlockType {
        match (params, results) {
            ([], []) => BlockType::Empty,
            ([], [result]) if !self.once_in(8) => BlockType::Result(*result),
            _ => {
                let signature = Signature { params: params.to_vec(), results: results.to_vec() };
                BlockType::FunctionType(self.types.index(&signature))
            }
        }
    }

    /// One of the locals that may be changed.
    pub(super) fn free_local(&mut self, fits: impl Fn(Slot) -> bool) -> Option<u32> {
        let kept = self.kept.clone();
        self.some_local(|index, slot| !kept.contains(&index) && fits(slot))
    }

    /// One of the locals.
    pub(super) fn some_local(&mut self, fits: impl Fn(u32, Slot) -> bool) -> Option<u32> {
        let fits = |index: &u32| fits(*index, self.locals[*index as usize]);
        let fitting: Vec<_> = (0..self.locals.len() as u32).filter(fits).collect();
        self.choose(&fitting)
    }
}
