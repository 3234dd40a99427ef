//! What a function body may need, by a look at each of its instructions.
//!
//! Following the operands costs several times as much; nearly all bodies can be sorted out without it.

use super::{
    super::{error::PrepareError, opcode, reader::Reader, suspect::unsigned},
    Function,
    effect::{EFFECTS, Effect},
    facts::Facts,
    glance::Glance,
    signs::Signs,
    skip::{access, is_far, skip},
};
use core::ops::RangeInclusive;

/// Looks at the instructions of a body, up to one that can't be read.
///
/// # Errors
///
/// If there is an operator that the interpreter would take too much heap to decode, or one behind the end of
/// the function, which its translator may panic at before it is found to be invalid.
pub(super) fn look(facts: &Facts<'_>, function: &Function) -> Result<Signs, PrepareError> {
    let mut reader = Reader::new(facts.module, function.body.clone());
    let locals = reader.locals()?;
    let ty = facts.signature(function.ty);
    let frameless = locals == 0 && ty.is_none_or(|ty| ty.parameters.count == 0);
    let mut look = Look::new(facts, function.body.end, frameless);
    let mut rest = facts.module.get(reader.position()..function.body.end).unwrap_or_default();
    while let [first, behind @ ..] = rest {
        let Some(behind) = look.instruction(*first, behind)? else { break };
        rest = behind;
    }
    // The interpreter refuses a function without a type.
    look.signs.mends &= ty.is_some();
    Ok(look.signs)
}

struct Look<'f, 'm> {
    facts: &'f Facts<'m>,
    /// The byte of the module where the body ends.
    end: usize,
    frameless: bool,
    /// How many blocks are open, with the function's own one.
    depth: u32,
    glance: Glance,
    signs: Signs,
}

type Rest<'m> = Result<Option<&'m [u8]>, PrepareError>;

impl<'f, 'm> Look<'f, 'm> {
    fn new(facts: &'f Facts<'m>, end: usize, frameless: bool) -> Self {
        Self { facts, end, frameless, depth: 1, glance: Glance::new(), signs: Signs::default() }
    }

    /// Looks at an instruction, and returns what is behind it.
    fn instruction(&mut self, first: u8, behind: &'m [u8]) -> Rest<'m> {
        let glance = &mut self.glance;
        let rest = match EFFECTS[usize::from(first)] {
            Effect::Get => {
                glance.get();
                skip(behind)
            }
            Effect::Set => {
                glance.drop(1);
                skip(behind)
            }
            Effect::Tee => {
                glance.moved();
                skip(behind)
            }
            Effect::Integer => {
                let rest = skip(behind);
                let bytes = behind.get(..behind.len() - rest.len()).unwrap_or_default();
                glance.constant(bytes.iter().all(|byte| byte & 0x7f == 0));
                rest
            }
            Effect::Binary => {
                glance.binary();
                behind
            }
            Effect::Load => {
                glance.load();
                if self.facts.locks() {
                    glance.pass();
                }
                access(behind)
            }
            Effect::Store => {
                glance.drop(2);
                self.signs.mends |= is_far(behind);
                access(behind)
            }
            Effect::BranchIf => {
                glance.drop(1);
                skip(behind)
            }
            Effect::Block => {
                self.signs.mends |=
                    self.facts.some_parameters && has_parameters(self.facts, behind);
                if first == opcode::IF {
                    glance.drop(1);
                }
                glance.pass();
                glance.commit();
                self.depth += 1;
                return self.block(behind);
            }
            Effect::End => {
                glance.forget();
                self.depth -= 1;
                if self.depth == 0 && !behind.is_empty() {
                    return self.behind_end(behind.len());
                }
                behind
            }
            Effect::TestZero => {
                glance.test_zero();
                behind
            }
            Effect::Test => {
                glance.test();
                behind
            }
            Effect::Unary => {
                glance.unary();
                behind
            }
            Effect::Shift => {
                glance.shift();
                behind
            }
            Effect::Select => {
                self.signs.mends |= glance.select();
                behind
            }
            _ => return self.seldom(first, behind),
        };
        Ok(Some(rest))
    }

    #[cold]
    fn behind_end<T>(&self, bytes: usize) -> Result<T, PrepareError> {
        Err(PrepareError::invalid(self.end - bytes, "operators remaining after end of function"))
    }

    /// The same of one that is not among the most frequent ones.
    #[inline(never)]
    fn seldom(&mut self, first: u8, behind: &'m [u8]) -> Rest<'m> {
        let Self { facts, frameless, glance, signs, .. } = self;
        let rest = match EFFECTS[usize::from(first)] {
            Effect::Nothing => behind,
            Effect::FourBytes | Effect::EightBytes => {
                glance.constant(true);
                let length = if first == opcode::F32_CONST { 4 } else { 8 };
                return Ok(behind.get(length..));
            }
            Effect::Indexed => {
                glance.constant(true);
                skip(behind)
            }
            Effect::Function | Effect::MemorySize => {
                glance.get();
                skip(behind)
            }
            Effect::Reinterpret => {
                glance.moved();
                behind
            }
            Effect::Extend => {
                glance.pass();
                behind
            }
            Effect::Xor => {
                glance.binary();
                glance.pass();
                behind
            }
            Effect::Drop => {
                glance.drop(1);
                glance.commit();
                behind
            }
            Effect::Else | Effect::Leave => {
                glance.forget();
                glance.commit();
                behind
            }
            Effect::Branch => {
                glance.forget();
                glance.commit();
                skip(behind)
            }
            Effect::BranchTable => {
                signs.mends |= facts.some_values;
                glance.forget();
                glance.commit();
                let Some((count, mut rest)) = unsigned(behind) else { return Ok(None) };
                for _ in 0..=count {
                    if rest.is_empty() {
                        return Ok(None);
                    }
                    rest = skip(rest);
                }
                rest
            }
            Effect::Call | Effect::CallIndirect => {
                let tail = matches!(first, opcode::RETURN_CALL | opcode::RETURN_CALL_INDIRECT);
                signs.mends |= *frameless && !tail;
                glance.forget();
                glance.commit();
                let indirect =
                    matches!(first, opcode::CALL_INDIRECT | opcode::RETURN_CALL_INDIRECT);
                let rest = skip(behind);
                if indirect { skip(rest) } else { rest }
            }
            Effect::TableGet => {
                glance.load();
                glance.pass();
                skip(behind)
            }
            Effect::TableSet => {
                glance.drop(2);
                skip(behind)
            }
            Effect::MemoryGrow => {
                glance.load();
                glance.pass();
                signs.slow = true;
                signs.mends |= unsigned(behind)
                    .is_none_or(|(memory, _)| facts.first_if_imported_with(memory).is_some());
                skip(behind)
            }
            Effect::Promote => {
                glance.unary();
                signs.mends = true;
                behind
            }
            _ => return self.other(first, behind),
        };
        Ok(Some(rest))
    }

    /// Passes over the type of a block.
    fn block(&self, behind: &'m [u8]) -> Rest<'m> {
        const WRITTEN_OUT: RangeInclusive<u8> = super::instruction::WRITTEN_OUT;
        match behind {
            [ty, ..] if WRITTEN_OUT.contains(ty) => self.decode(behind),
            _ => Ok(Some(skip(behind))),
        }
    }

    /// Leaves an instruction to the decoder.
    fn other(&mut self, first: u8, behind: &'m [u8]) -> Rest<'m> {
        let code = unsigned(behind).map_or(u32::MAX, |(code, _)| code);
        match (EFFECTS[usize::from(first)], code) {
            (Effect::Miscellaneous, ..opcode::MEMORY_INIT) => self.glance.moved(),
            (
                Effect::Miscellaneous,
                opcode::MEMORY_INIT | opcode::DATA_DROP | opcode::TABLE_GROW,
            ) => {
                self.signs.changes = true;
                self.glance.disturb();
            }
            (Effect::Miscellaneous, _) => {
                self.signs.slow = true;
                self.glance.disturb();
            }
            (Effect::Atomic, _) => {
                self.signs.changes |= code <= opcode::LAST_ATOMIC;
                self.signs.mends |= is_far(behind.get(1..).unwrap_or_default());
                self.glance.disturb();
            }
            _ if first == opcode::SELECT_TYPED => self.signs.mends |= self.glance.select(),
            _ => self.glance.disturb(),
        }
        self.decode(behind)
    }

    fn decode(&self, behind: &'m [u8]) -> Rest<'m> {
        let start = self.end - behind.len() - 1;
        let mut reader = Reader::new(self.facts.module, start..self.end);
        reader.check_proposal()?;
        if reader.operator().is_err() {
            // The interpreter finds it too.
            return Ok(None);
        }
        Ok(self.facts.module.get(reader.position()..self.end))
    }
}

/// Whether this is the type of a block with parameters.
fn has_parameters(facts: &Facts<'_>, behind: &[u8]) -> bool {
    let Some((ty, _)) = unsigned(behind) else { return true };
    facts.signature(ty).is_some_and(|ty| ty.parameters.count > 0)
}

#[cfg(test)]
mod tests;
