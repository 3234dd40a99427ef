//! The instructions that most code consists of: those that neither branch nor call, and have no immediates
//! but local variables, constants and offsets.

use super::super::mend::{take, take_signed};
use super::{
    access::Access,
    steps::{STEPS, Step},
    walk::Walk,
};

impl Walk<'_, '_> {
    /// Follows such instructions, up to another one. `None` at one that can't be read.
    #[inline(never)]
    pub(super) fn frequent(&mut self, end: usize) -> Option<()> {
        let mut rest = self.facts.module.get(self.instruction.end..end)?;
        while let [first, behind @ ..] = rest {
            let mut behind = behind;
            let (step, ty) = STEPS[usize::from(*first)];
            match step {
                Step::Get | Step::Set | Step::Tee => {
                    let index = match behind {
                        [index @ ..0x80, rest @ ..] => {
                            behind = rest;
                            u32::from(*index)
                        }
                        _ => take(&mut behind)?,
                    };
                    if step == Step::Get {
                        self.local_get(index);
                    } else {
                        self.local_set(index, step == Step::Tee);
                    }
                }
                Step::Constant => {
                    let value = match behind {
                        [value @ ..0x80, rest @ ..] => {
                            behind = rest;
                            u64::from(*value)
                        }
                        _ => take_signed(&mut behind)?,
                    };
                    self.constant(ty, value);
                }
                Step::Load => self.load(ty, Access::take(&mut behind)?),
                Step::Store => self.store(Access::take(&mut behind)?),
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
                Step::Nothing => {}
                Step::Other => break,
            }
            rest = behind;
        }
        self.instruction.end = end.checked_sub(rest.len())?;
        Some(())
    }
}
