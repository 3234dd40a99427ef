//! Blocks, loops and branches.

use super::body::{Body, Frame, Guard, Slot};
use super::operators::Need;
use super::shape::value_types;
use wasm_encoder::{Instruction, ValType};

/// A condition or an index.
const CONDITION: ValType = ValType::I32;

impl Body<'_> {
    /// Results of a block; often those of one around it, so that a table may name both.
    fn some_results(&mut self) -> Vec<ValType> {
        if self.once_in(2) {
            let labels: Vec<_> = self.frames.iter().map(|frame| frame.label.clone()).collect();
            return self.choose(&labels).unwrap_or_default();
        }
        value_types(self.rng, 3)
    }

    /// The types of some values on top of the stack, to be a block's parameters.
    fn some_params(&mut self) -> Vec<ValType> {
        let most = self.own().len().min(3);
        let count = if self.once_in(3) { 0 } else { self.rng.usize(..=most) };
        let own = self.own();
        own[own.len() - count..].iter().map(|slot| slot.ty).collect()
    }

    /// A block, loop or `if` that takes what is on the stack.
    pub(super) fn block(&mut self) {
        if self.once_in(2) {
            self.leave_operands();
        }
        let params = self.some_params();
        let mut results = self.some_results();
        match self.rng.u8(..8) {
            0..3 => self.plain_block(&params, &results),
            3..5 => self.plain_loop(&params, &results),
            5..7 => self.either(&params, &results),
            _ => {
                results.clone_from(&params);
                self.either(&params, &results);
            }
        }
    }

    /// A block, loop or `if` that leaves one value.
    pub(super) fn block_value(&mut self, ty: ValType) {
        match self.rng.u8(..4) {
            0 => self.plain_loop(&[], &[ty]),
            1 | 2 => self.either(&[], &[ty]),
            _ => self.plain_block(&[], &[ty]),
        }
    }

    pub(super) fn enter(&mut self, params: &[ValType], label: &[ValType], results: &[ValType]) {
        let height = self.stack.len() - params.len();
        self.frames.push(Frame {
            height,
            label: label.to_vec(),
            results: results.to_vec(),
            guard: None,
            dead: false,
        });
    }

    pub(super) fn leave(&mut self) {
        let frame = self.frames.pop().expect("a frame was entered");
        self.stack.truncate(frame.height);
        self.stack.extend(frame.results.iter().map(|ty| Slot::of(*ty)));
    }

    fn inside(&mut self) {
        let most = if self.frames.len() > 4 { 2 } else { 6 };
        let steps = self.rng.u32(..most);
        self.steps(steps);
        self.finish();
    }

    fn plain_block(&mut self, params: &[ValType], results: &[ValType]) {
        let ty = self.block_type(params, results);
        self.emit(Instruction::Block(ty));
        self.enter(params, results, results);
        self.inside();
        self.leave();
        self.emit(Instruction::End);
    }

    fn plain_loop(&mut self, params: &[ValType], results: &[ValType]) {
        let guard = if self.once_in(3) {
            Guard::Tick
        } else {
            let local = self.own_local(Slot::of(ValType::I32));
            let times = self.rng.i32(1..6);
            self.emit(Instruction::I32Const(times));
            self.emit(Instruction::LocalSet(local));
            Guard::Local(local)
        };
        let ty = self.block_type(params, results);
        self.emit(Instruction::Loop(ty));
        self.enter(params, params, results);
        self.frames.last_mut().expect("it was entered").guard = Some(guard);
        self.inside();
        self.leave();
        self.emit(Instruction::End);
    }

    /// An `if`, with `else` where it must have one, or may.
    fn either(&mut self, params: &[ValType], results: &[ValType]) {
        self.operand((CONDITION, Need::Any), 1);
        self.pop(1);
        let ty = self.block_type(params, results);
        self.emit(Instruction::If(ty));
        self.enter(params, results, results);
        let before = self.stack.clone();
        self.inside();
        if params != results || self.once_in(2) {
            self.emit(Instruction::Else);
            self.stack = before;
            self.frames.last_mut().expect("it was entered").dead = false;
            self.inside();
        }
        self.leave();
        self.emit(Instruction::End);
    }

    /// Makes the stack of the innermost frame be its results.
    pub(super) fn finish(&mut self) {
        if self.frame().dead {
            return;
        }
        let results = self.frame().results.clone();
        let branches = self.frame().guard.is_none();
        if self.once_in(5) && branches {
            self.prepare_types(&results);
            self.emit(Instruction::Br(0));
            return;
        }
        let own = self.own();
        let same = own.iter().zip(&results).take_while(|(slot, ty)| slot.ty == **ty).count();
        while self.own().len() > same {
            self.discard();
        }
        for ty in &results[same..] {
            self.operand((*ty, Need::Any), 1);
        }
    }

    /// Takes the top off the stack, into a local if there is one.
    pub(super) fn discard(&mut self) {
        let Some(top) = self.own().last().copied() else { return };
        let local = self.free_local(|slot| top.meets((slot.ty, slot.need())));
        let local = local.filter(|_| !self.once_in(3));
        self.emit(local.map_or(Instruction::Drop, Instruction::LocalSet));
        self.pop(1);
    }

    /// Counts down, and leaves whether there is more to go.
    pub(super) fn count_down(&mut self, guard: Guard) {
        match guard {
            Guard::Local(local) => {
                self.emit(Instruction::LocalGet(local));
                self.emit(Instruction::I32Const(1));
                self.emit(Instruction::I32Sub);
                self.emit(Instruction::LocalTee(local));
            }
            Guard::Tick => {
                let tick = self.shape.tick;
                self.emit(Instruction::GlobalGet(tick));
                self.emit(Instruction::I32Const(1));
                self.emit(Instruction::I32Sub);
                self.emit(Instruction::GlobalSet(tick));
                self.emit(Instruction::GlobalGet(tick));
            }
        }
        self.emit(Instruction::I32Const(0));
        self.emit(Instruction::I32GtS);
        self.push(Slot::of(CONDITION));
    }

    /// A conditional branch to any frame.
    pub(super) fn branch_if(&mut self) {
        let depth = self.rng.usize(..self.frames.len());
        let target = self.frames[self.frames.len() - 1 - depth].clone();
        match target.guard {
            Some(guard) => {
                self.prepare_types(&target.label);
                self.count_down(guard);
            }
            None => {
                let mut operands: Vec<_> = target.label.iter().map(|ty| (*ty, Need::Any)).collect();
                operands.push((CONDITION, Need::Any));
                self.prepare(&operands);
            }
        }
        self.pop(1);
        self.emit(Instruction::BrIf(depth as u32));
    }

    /// Ends the frame early: by a branch, a table, a return or a trap.
    pub(super) fn jump(&mut self) {
        if self.once_in(4) && self.tail_call() {
            return;
        }
        match self.rng.u8(..16) {
            0..9 => self.branch_table(),
            9..12 => self.branch(),
            12..15 => {
                let results = self.frames[0].results.clone();
                self.prepare_types(&results);
                self.emit(Instruction::Return);
            }
            _ if self.once_in(4) => self.emit(Instruction::Unreachable),
            _ => self.branch(),
        }
        self.kill();
    }

    /// Nothing behind is reached, though there may be something.
    pub(super) fn kill(&mut self) {
        if self.once_in(6) {
            self.emit(Instruction::I32Const(7));
            self.emit(Instruction::Drop);
        }
        self.frames.last_mut().expect("there is one").dead = true;
    }

    /// The depths of frames that are left by a branch.
    fn forward(&self) -> Vec<usize> {
        let last = self.frames.len() - 1;
        (0..=last).filter(|depth| self.frames[last - depth].guard.is_none()).collect()
    }

    fn branch(&mut self) {
        let forward = self.forward();
        let depth = self.choose(&forward).expect("the function's frame is one");
        let label = self.frames[self.frames.len() - 1 - depth].label.clone();
        self.prepare_types(&label);
        self.emit(Instruction::Br(depth as u32));
    }

    fn branch_table(&mut self) {
        let last = self.frames.len() - 1;
        let forward = self.forward();
        let default = self.choose(&forward).expect("the function's frame is one");
        let label = self.frames[last - default].label.clone();
        let same = |depth: &usize| self.frames[last - depth].label == label;
        let others: Vec<usize> = forward.into_iter().filter(same).collect();
        // One loop may be among the targets: its counter is the index, and 0 leaves it.
        let counted =
            (0..=last).filter(same).find_map(|depth| match self.frames[last - depth].guard {
                Some(Guard::Local(local)) => Some((depth, local)),
                _ => None,
            });
        let mut targets: Vec<u32> = Vec::new();
        for _ in 0..self.rng.u8(1..6) {
            targets.push(self.choose(&others).expect("the default is one") as u32);
        }
        let mut operands: Vec<_> = label.iter().map(|ty| (*ty, Need::Any)).collect();
        match counted {
            Some((depth, local)) if self.once_in(2) => {
                self.prepare(&operands);
                self.count_down(Guard::Local(local));
                for target in targets.iter_mut().skip(1) {
                    *target = depth as u32;
                }
            }
            _ => {
                let need = if self.once_in(6) { Need::Any } else { Need::Small };
                if need == Need::Small && self.once_in(2) {
                    self.prepare(&operands);
                    self.operand((CONDITION, Need::Any), 1);
                    self.emit(Instruction::I32Const(3));
                    self.emit(Instruction::I32And);
                } else {
                    operands.push((CONDITION, need));
                    self.prepare(&operands);
                }
            }
        }
        self.emit(Instruction::BrTable(targets.into(), default as u32));
    }
}
