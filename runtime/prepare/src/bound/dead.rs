//! Code that can't be reached: nothing is emitted for it, but it is validated.

use super::super::{mend::arity, opcode};
use super::{frame::BlockType, walk::Walk};

impl Walk<'_, '_> {
    pub(super) fn count_dead(&mut self) {
        self.body.dead = self.body.dead.max(self.dead_height);
    }

    fn move_dead(&mut self, pops: usize, pushes: usize) {
        let floor = self.frames.last().map_or(0, |frame| frame.height);
        let popped = self.dead_height.saturating_sub(pops as u32).max(floor);
        self.dead_height = popped.saturating_add(pushes as u32);
        self.count_dead();
    }

    fn floor_dead(&mut self) {
        self.dead_height = self.frames.last().map_or(0, |frame| frame.height);
    }

    pub(super) fn dead_step(&mut self) -> Option<()> {
        let index = self.instruction.index;
        match self.instruction.opcode {
            opcode::NOP => {}
            opcode::UNREACHABLE | opcode::RETURN | opcode::BRANCH => self.floor_dead(),
            opcode::BLOCK..=opcode::IF => {
                let ty = BlockType::of(&self.instruction);
                let signature = ty.signature(self.facts)?;
                let condition = usize::from(self.instruction.opcode == opcode::IF);
                let count = signature.parameters.len();
                self.move_dead(condition, 0);
                self.move_dead(count, count);
                self.push_frame(None, ty, signature)?;
            }
            opcode::ELSE => return self.r#else(),
            opcode::END => return self.end(),
            opcode::BRANCH_IF => {
                self.move_dead(1, 0);
                // What it carries is there afterwards, even if nothing was.
                let frame = *self.frames.get(self.target(index)?)?;
                let count = frame.label(self.facts)?.len();
                self.move_dead(count, count);
            }
            opcode::BRANCH_TABLE => {
                // What each target carries is there for a moment.
                let most = self.facts.most_values as usize;
                self.move_dead(most, most);
                self.floor_dead();
            }
            opcode::CALL | opcode::RETURN_CALL => {
                let signature = self.facts.type_of(index)?;
                self.move_dead(signature.parameters.len(), signature.results.len());
            }
            opcode::CALL_INDIRECT | opcode::RETURN_CALL_INDIRECT => {
                let signature = self.facts.signature(index)?;
                self.move_dead(signature.parameters.len() + 1, signature.results.len());
            }
            opcode::DROP | opcode::LOCAL_SET => self.move_dead(1, 0),
            opcode::SELECT | opcode::SELECT_TYPED => self.move_dead(3, 1),
            opcode::LOCAL_GET => self.move_dead(0, 1),
            opcode::LOCAL_TEE => self.move_dead(1, 1),
            _ => {
                let arity = arity::of(self.facts.module, &self.instruction)?;
                self.move_dead(arity.takes as usize, arity.gives.into());
            }
        }
        Some(())
    }
}
