//! The instructions that most code consists of.

use super::super::suspect::unsigned;
use core::slice::Iter;
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
        let mut rest = self.facts.module.get(self.instruction.end..end)?.iter();
        loop {
            let at = rest.clone();
            let Some(first) = rest.next() else { break };
            let (step, ty) = STEPS[usize::from(*first)];
            let followed = if step.has_index() {
                let immediates = rest.as_slice();
                let index = take_index(&mut rest)?;
                match step {
                    Step::Get => {
                        self.local_get(index);
                        continue;
                    }
                    Step::Set | Step::Tee => {
                        self.local_set(index, step == Step::Tee);
                        continue;
                    }
                    Step::GlobalGet => {
                        self.global_get(index);
                        continue;
                    }
                    Step::GlobalSet => {
                        self.global_set();
                        continue;
                    }
                    Step::Branch => self.branch(index),
                    Step::BranchIf => self.branch_if(index),
                    Step::Call => self.call_function(index, false),
                    _ => match BlockType::read(immediates, index) {
                        None => {
                            rest = at;
                            break;
                        }
                        Some(ty) => self.open(step, ty),
                    },
                }
            } else {
                match step {
                    Step::End => self.end(),
                    Step::Other => {
                        rest = at;
                        break;
                    }
                    _ => {
                        self.straight(step, ty, &mut rest)?;
                        continue;
                    }
                }
            };
            self.lost = followed.is_none();
            if self.lost {
                rest = at;
                break;
            }
            if self.reachable == Certainty::No || self.frames.is_empty() {
                break;
            }
        }
        self.instruction.end = end.checked_sub(rest.len())?;
        Some(())
    }

    fn open(&mut self, step: Step, ty: BlockType) -> Option<()> {
        match step {
            Step::Block => self.block(ty),
            Step::Loop => self.r#loop(ty),
            _ => self.r#if(ty),
        }
    }

    /// Follows an instruction that neither branches nor calls.
    #[inline(always)]
    fn straight(&mut self, step: Step, ty: Value, behind: &mut Iter<'_, u8>) -> Option<()> {
        match step {
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
fn take_index(rest: &mut Iter<'_, u8>) -> Option<u32> {
    let all = rest.as_slice();
    match *rest.next()? {
        index @ ..0x80 => Some(index.into()),
        _ => {
            let (index, behind) = unsigned(all)?;
            *rest = behind.iter();
            Some(index)
        }
    }
}
