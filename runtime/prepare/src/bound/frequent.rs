//! Following the instructions that most code consists of.

use super::super::{opcode, suspect::unsigned};
use super::{
    access::Access,
    frame::{BlockType, Certainty},
    operand::take_integer,
    steps::{STEPS, Step},
    value::Value,
    walk::Walk,
};
use core::slice::Iter;

impl Walk<'_, '_> {
    /// Follows such instructions, up to another one, or to one with which it loses track, or to the end of the
    /// function or of what can be reached. `None` at one that can't be read.
    #[inline(never)]
    pub(super) fn frequent(&mut self, end: usize) -> Option<()> {
        use Value::{F32, F64, I32, I64};
        let mut rest = self.facts.module.get(self.instruction.end..end)?.iter();
        'code: loop {
            let at = rest.clone();
            let Some(first) = rest.next() else { break };
            let followed = 'leaps: {
                match STEPS[usize::from(*first)] {
                    Step::LocalGet => self.local_get(take_index(&mut rest)?),
                    step @ (Step::LocalSet | Step::LocalTee) => {
                        self.local_set(take_index(&mut rest)?, step == Step::LocalTee);
                    }
                    Step::BranchIf => break 'leaps self.branch_if(take_index(&mut rest)?),
                    step @ (Step::GlobalGet | Step::GlobalSet | Step::Branch | Step::Call) => {
                        let index = take_index(&mut rest)?;
                        match step {
                            Step::Branch => break 'leaps self.branch(index),
                            Step::Call => break 'leaps self.call_function(index, false),
                            Step::GlobalGet => self.global_get(index),
                            _ => self.global_set(),
                        }
                    }
                    step @ (Step::Block | Step::Loop | Step::If) => {
                        let immediates = rest.as_slice();
                        let index = take_index(&mut rest)?;
                        let Some(ty) = BlockType::read(immediates, index) else {
                            rest = at;
                            break 'code;
                        };
                        break 'leaps match step {
                            Step::Block => self.block(ty),
                            Step::Loop => self.r#loop(ty),
                            _ => self.r#if(ty),
                        };
                    }
                    Step::End => break 'leaps self.end(),
                    step @ (Step::ConstantI32 | Step::ConstantI64) => {
                        let ty = if step == Step::ConstantI32 { I32 } else { I64 };
                        self.constant(ty, take_integer(&mut rest)?);
                    }
                    step @ (Step::LoadI32
                    | Step::LoadI64
                    | Step::LoadF32
                    | Step::LoadF64
                    | Step::Store) => {
                        let access = Access::take(&mut rest)?;
                        let ty = match step {
                            Step::LoadI32 => I32,
                            Step::LoadI64 => I64,
                            Step::LoadF32 => F32,
                            Step::LoadF64 => F64,
                            _ => {
                                self.store(access);
                                continue 'code;
                            }
                        };
                        self.load(ty, access);
                    }
                    Step::Compare => self.binary(I32, true),
                    Step::IsZero => self.is_zero(),
                    Step::BinaryI32 => self.binary(I32, false),
                    Step::BinaryI64 => self.binary(I64, false),
                    Step::BinaryF32 => self.binary(F32, false),
                    Step::BinaryF64 => self.binary(F64, false),
                    Step::AddI64 => self.add(),
                    Step::DivideI32 => self.divide(I32),
                    Step::DivideI64 => self.divide(I64),
                    Step::ShiftI32 => self.shift(I32),
                    Step::ShiftI64 => self.shift(I64),
                    Step::UnaryI32 => self.unary(I32, false),
                    Step::UnaryI64 => self.unary(I64, false),
                    Step::UnaryF32 => self.unary(F32, false),
                    Step::UnaryF64 => self.unary(F64, false),
                    Step::ConvertI32 => self.unary(I32, true),
                    Step::ConvertI64 => self.unary(I64, true),
                    Step::Extend => self.extend(),
                    Step::ReinterpretI32 => self.reinterpret(I32),
                    Step::ReinterpretI64 => self.reinterpret(I64),
                    Step::ReinterpretF32 => self.reinterpret(F32),
                    Step::ReinterpretF64 => self.reinterpret(F64),
                    Step::Select => self.select(),
                    Step::Drop => self.drop(),
                    Step::Nothing => {}
                    Step::Other => {
                        rest = at;
                        break 'code;
                    }
                }
                continue 'code;
            };
            self.lost = followed.is_none();
            if self.lost {
                rest = at;
                break;
            }
            let goes_on =
                self.reachable != Certainty::No || matches!(rest.as_slice(), [opcode::END, ..]);
            if !goes_on || self.frames.is_empty() {
                break;
            }
        }
        self.instruction.end = end.checked_sub(rest.len())?;
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
