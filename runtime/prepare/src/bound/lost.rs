//! The most that an instruction may take, whatever its operands are and wherever it is.

use super::super::opcode;
use super::walk::Walk;

/// Bytes of the copy of one value that is carried to a branch.
const VALUE: u32 = 18;

impl Walk<'_, '_> {
    /// Counts an instruction without knowing its operands or the blocks that it is in.
    pub(super) fn lost_step(&mut self) {
        let values = self.facts.most_values;
        let carried = values.saturating_mul(VALUE);
        let instruction = self.instruction;
        let length = u32::try_from(instruction.end - instruction.at).unwrap_or(u32::MAX);
        let (code, pushes) = match instruction.opcode {
            opcode::NOP | opcode::DROP => (0, 0),
            opcode::LOCAL_GET | opcode::I32_CONST | opcode::F32_CONST | opcode::REF_NULL => (8, 1),
            opcode::I64_CONST | opcode::F64_CONST => (12, 1),
            opcode::BLOCK => (0, 0),
            opcode::LOOP => (self.fuel.saturating_add(carried), values),
            opcode::IF => (12 + self.fuel, 0),
            opcode::ELSE | opcode::END => (6 + self.fuel.saturating_add(carried), values),
            opcode::BRANCH | opcode::BRANCH_IF | opcode::RETURN => (18 + carried, 0),
            opcode::BRANCH_TABLE => {
                (length.saturating_mul(6).saturating_add(30).saturating_add(carried), 0)
            }
            opcode::CALL..=opcode::RETURN_CALL_INDIRECT => (24, values),
            opcode::LOCAL_SET => (8, 1),
            // A constant is written in full to each variable that is set to it on the way.
            opcode::LOCAL_TEE => (12, 1),
            opcode::VECTOR => (64, 1),
            _ => (18, 1),
        };
        let body = &mut self.body;
        match instruction.opcode {
            opcode::BLOCK..=opcode::IF => {
                body.blocks = body.blocks.saturating_add(1);
                body.labels = body.labels.saturating_add(2);
                body.users = body.users.saturating_add(1);
                let nested = u32::from(instruction.opcode == opcode::IF);
                body.ifs = body.ifs.saturating_add(nested);
                body.if_parameters = body.if_parameters.saturating_add(nested * values);
            }
            opcode::ELSE | opcode::END | opcode::BRANCH | opcode::BRANCH_IF => {
                body.labels = body.labels.saturating_add(1);
                body.users = body.users.saturating_add(2);
            }
            opcode::BRANCH_TABLE => {
                body.users = body.users.saturating_add(length);
                body.targets = body.targets.max(length);
            }
            _ => {}
        }
        body.operands = body.operands.saturating_add(pushes);
        body.code = body.code.saturating_add(code);
    }
}
