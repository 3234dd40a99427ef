//! Functions that keep the shadow stack.
//!
//! A function pushes a frame when it is entered and pops it when it returns; before each instruction that may trap or
//! call it writes the offset of that instruction there. So a guest that stops leaves its frames behind.

use crate::costs;
use crate::effects::{Effects, may_trap};
use crate::error::InstrumentError;
use crate::layout::{OFFSET, SLOT};
use crate::module::Instrumenter;
use parser::{FunctionBody, Operator};
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{BlockType, Function, MemArg, MemArgTarget};

/// What the code of one function uses.
struct Frame {
    memory: u32,
    top: u32,
    /// The local with the address of the frame.
    slot: u32,
    /// The address of the frame that all deeper ones share.
    deepest: u32,
    /// Where is noted that a tail call looks for its callee, if the module has such calls.
    pending: Option<u32>,
}

impl Instrumenter<'_> {
    /// The function of this index, with a frame if it may stop.
    pub(crate) fn function(
        &mut self,
        index: u32,
        body: &FunctionBody<'_>,
    ) -> Result<Function, InstrumentError> {
        let effects = Effects::of(body)?;
        let mut locals = Vec::new();
        let mut slot = self.parameters(index);
        for local in body.get_locals_reader()? {
            let (count, ty) = local?;
            slot = slot.saturating_add(count);
            locals.push((count, self.val_type(ty)?));
        }
        if !effects.may_stop && self.options.profile.is_none() {
            let mut code = Function::new(locals);
            for operator in body.get_operators_reader()? {
                code.instruction(&self.instruction(operator?)?);
            }
            return Ok(code);
        }
        locals.push((1, wasm_encoder::ValType::I32));
        let frame = self.frame(slot);
        let mut code = Function::new(locals);
        let mut operators = body.get_operators_reader()?;
        frame.push(&mut code, index, offset(operators.original_position())?);
        frame.set_pending(&mut code, 0);
        let mut profile = match self.options.profile {
            Some(units) => Some((units, costs::of(body)?)),
            None => None,
        };
        if let Some((units, costs)) = &mut profile {
            self.charge(&mut code, costs.next());
            self.check(&mut code, *units);
        }
        if effects.branches_out {
            code.instructions().block(self.results(index));
        }
        let mut depth = 0;
        while !operators.eof() {
            let at = offset(operators.original_position())?;
            let operator = operators.read()?;
            self.reaches_memory = false;
            let instruction = self.instruction(operator.clone())?;
            if self.reaches_memory || may_trap(&operator) {
                frame.note(&mut code, at);
            }
            match operator {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth += 1,
                Operator::End if depth > 0 => depth -= 1,
                Operator::End => {
                    if effects.branches_out {
                        code.instructions().end();
                    }
                    frame.pop(&mut code);
                }
                Operator::Return | Operator::ReturnCall { .. } => frame.pop(&mut code),
                Operator::ReturnCallIndirect { .. } | Operator::ReturnCallRef { .. } => {
                    frame.set_pending(&mut code, 1);
                    frame.pop(&mut code);
                }
                _ => {}
            }
            code.instruction(&instruction);
            if matches!(
                operator,
                Operator::Call { .. } | Operator::CallIndirect { .. } | Operator::CallRef { .. }
            ) {
                frame.set_pending(&mut code, 0);
            }
            if let Some((units, costs)) = &mut profile
                && costs::ends_piece(&operator)
                && !operators.eof()
            {
                self.charge(&mut code, costs.next());
                if let Operator::Loop { .. } = operator {
                    self.check(&mut code, *units);
                }
            }
        }
        Ok(code)
    }

    /// Counts what a piece of the function costs.
    fn charge(&self, code: &mut Function, cost: Option<u32>) {
        if let Some(cost @ 1..) = cost {
            let (units, cost) = (self.units(), cost.cast_signed());
            code.instructions().global_get(units).i32_const(cost).i32_sub().global_set(units);
        }
    }

    /// Tells the host how many units have passed, if they are enough.
    fn check(&self, code: &mut Function, all: u32) {
        let (units, all) = (self.units(), all.cast_signed());
        let mut code = code.instructions();
        code.global_get(units).i32_const(0).i32_le_s().if_(BlockType::Empty);
        code.i32_const(all).global_get(units).i32_sub().call(self.sample());
        code.i32_const(all).global_set(units).end();
    }

    fn frame(&self, slot: u32) -> Frame {
        let deepest = self.options.bytes();
        let pending = self.has_pending.then_some(deepest + SLOT);
        Frame { memory: self.memory, top: self.top, slot, deepest, pending }
    }

    /// The type of a block with a function's results.
    fn results(&self, function: u32) -> BlockType {
        match self.signature(function).results() {
            [] => BlockType::Empty,
            [one] => BlockType::Result(*one),
            many => BlockType::FunctionType(self.block_types[many]),
        }
    }
}

impl Frame {
    /// Pushes the frame of a function.
    fn push(&self, code: &mut Function, function: u32, at: u32) {
        let (top, slot) = (self.top, self.slot);
        let deepest = self.deepest.cast_signed();
        let mut code = code.instructions();
        code.global_get(top)
            .local_tee(slot)
            .i32_const(SLOT.cast_signed())
            .i32_add()
            .global_set(top);
        code.local_get(slot).i32_const(deepest);
        code.local_get(slot).i32_const(deepest).i32_lt_u().select().local_tee(slot);
        let frame = u64::from(at) << 32 | u64::from(function);
        code.i64_const(frame.cast_signed()).i64_store(self.place(0));
    }

    /// Pops the frame.
    fn pop(&self, code: &mut Function) {
        let size = SLOT.cast_signed();
        code.instructions().global_get(self.top).i32_const(size).i32_sub().global_set(self.top);
    }

    /// Writes which instruction is executed.
    fn note(&self, code: &mut Function, at: u32) {
        let mut code = code.instructions();
        code.local_get(self.slot).i32_const(at.cast_signed()).i32_store(self.place(OFFSET));
    }

    /// Writes whether a tail call looks for its callee.
    fn set_pending(&self, code: &mut Function, pending: i32) {
        if let Some(at) = self.pending {
            let mut code = code.instructions();
            code.i32_const(at.cast_signed()).i32_const(pending).i32_store(self.place(0));
        }
    }

    fn place(&self, offset: u64) -> MemArg {
        let target = MemArgTarget::Memory(self.memory);
        MemArg { offset, align: 2, target, ordering: None }
    }
}

fn offset(position: u64) -> Result<u32, InstrumentError> {
    u32::try_from(position).map_err(|_| InstrumentError::TooLarge)
}
