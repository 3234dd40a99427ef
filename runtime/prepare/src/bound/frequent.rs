//! The instructions that most code consists of.

use super::super::suspect::unsigned;
use super::{
    access::Access,
    frame::{BlockType, Certainty},
    operand::take_integer,
    steps::{STEPS, Step},
    value::Value,
    walk::Walk,
};

impl Walk<'_, '_> {
    /// Follows such instructions, up to another one, or to one with which it loses track, or to the end of the
    /// function or of what can be reached. `None` at one that can't be read.
    #[inline(never)]
    pub(super) fn frequent(&mut self, end: usize) -> Option<()> {
        let mut rest = self.facts.module.get(self.instruction.end..end)?;
        while let [first, immediates @ ..] = rest {
            let mut behind = immediates;
            let (step, ty) = STEPS[usize::from(*first)];
            let index = if step.has_index() { take_index(&mut behind)? } else { 0 };
            let followed = match step {
                Step::Other => break,
                Step::End => self.end(),
                Step::Branch => self.branch(index),
                Step::BranchIf => self.branch_if(index),
                Step::Call => self.call_function(index, false),
                Step::Block | Step::Loop | Step::If => {
                    let Some(ty) = BlockType::read(immediates, index) else { break };
                    match step {
                        Step::Block => self.block(ty),
                        Step::Loop => self.r#loop(ty),
                        _ => self.r#if(ty),
                    }
                }
                _ => {
                    self.straight(step, ty, index, &mut behind)?;
                    rest = behind;
                    continue;
                }
            };
            self.lost = followed.is_none();
            if self.lost {
                break;
            }
            rest = behind;
            if self.reachable == Certainty::No || self.frames.is_empty() {
                break;
            }
        }
        self.instruction.end = end.checked_sub(rest.len())?;
        Some(())
    }

    /// Follows an instruction that neither branches nor calls.
    #[inline(always)]
    fn straight(&mut self, step: Step, ty: Value, index: u32, behind: &mut &[u8]) -> Option<()> {
        match step {
            Step::Get => self.local_get(index),
            Step::Set => self.local_set(index, false),
            Step::Tee => self.local_set(index, true),
            Step::GlobalGet => self.global_get(index),
            Step::GlobalSet => self.global_set(),
            Step::Constant => {
                let value = take_integer(behind)?;
                self.constant(ty, value);
            }
            Step::Load => self.load(ty, Access::take(behind)?),
            Step::Store => self.store(Access::take(behind)?),
            Step::Compare => self.binary(ty, true),
            Step::Binary => self.binary(ty, false),
            Step::IsZero => self.is_zero(),
            Step::Add => self.add(),
            Step::Divide => self.divide(ty),
            Step::Shift => self.shift(ty),
            Step::Unary => self.unary(ty, false),
            Step::Convert => self.unary(ty, true),
            Step::Extend => self.extend(),
            Step::Reinterpret => self.reinterpret(ty),
            Step::Select => self.select(),
            Step::Drop => self.drop(),
            _ => {}
        }
        Some(())
    }
}

/// Takes an index.
#[inline(always)]
fn take_index(rest: &mut &[u8]) -> Option<u32> {
    let (index, behind) = match *rest {
        [index @ ..0x80, behind @ ..] => (u32::from(*index), behind),
        _ => unsigned(rest)?,
    };
    *rest = behind;
    Some(index)
}
