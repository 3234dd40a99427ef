//! Telling from the bytes of a function body that nothing in it needs mending.
//!
//! Decoding costs as much as all else the pass does; most bodies can be sorted out without it. What
//! looks like an instruction here may be part of another one, and then the body is decoded.

use super::{
    super::{error::PrepareError, opcode, reader::Reader, suspect::unsigned},
    Function,
    facts::Facts,
};

/// Whether a body may have something to mend.
pub(super) fn is_suspect(facts: &Facts<'_>, function: &Function) -> Result<bool, PrepareError> {
    let Some(ty) = facts.signature(function.ty) else { return Ok(false) };
    let mut reader = Reader::new(facts.module, function.body.clone());
    let locals = reader.locals()?;
    let body = facts.module.get(reader.position()..function.body.end).unwrap_or_default();
    let frameless = locals == 0 && ty.parameters.count == 0;
    let (mut selects, mut tests) = (false, false);
    let mut rest = body;
    while let [byte, behind @ ..] = rest {
        rest = behind;
        if !MAY_BE_SUSPECT.contains(*byte) {
            continue;
        }
        let suspect = match *byte {
            opcode::BLOCK..=opcode::IF => facts.some_parameters && has_parameters(facts, behind),
            opcode::CALL | opcode::CALL_INDIRECT => frameless,
            opcode::BRANCH_TABLE => facts.some_values,
            opcode::SELECT | opcode::SELECT_TYPED => {
                selects = true;
                tests
            }
            opcode::MEMORY_GROW => unsigned(behind)
                .is_none_or(|(memory, _)| facts.first_if_imported_with(memory).is_some()),
            opcode::ATOMIC => is_far(behind.get(1..).unwrap_or_default()),
            opcode::F64_PROMOTE_F32 => true,
            opcode::I32_STORE..=opcode::I64_STORE32 => is_far(behind),
            _ => {
                tests = true;
                selects
            }
        };
        if suspect {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The opcodes that are looked at.
const MAY_BE_SUSPECT: Bytes = Bytes::of(&[
    opcode::BLOCK,
    opcode::LOOP,
    opcode::IF,
    opcode::CALL,
    opcode::CALL_INDIRECT,
    opcode::BRANCH_TABLE,
    opcode::SELECT,
    opcode::SELECT_TYPED,
    opcode::I32_EQZ,
    opcode::I32_EQ,
    opcode::I32_NE,
    opcode::I64_EQZ,
    opcode::I64_EQ,
    opcode::I64_NE,
    opcode::REF_IS_NULL,
    opcode::I32_STORE,
    opcode::I64_STORE,
    opcode::I32_STORE8,
    opcode::I32_STORE16,
    opcode::I64_STORE8,
    opcode::I64_STORE16,
    opcode::I64_STORE32,
    opcode::MEMORY_GROW,
    opcode::ATOMIC,
    opcode::F64_PROMOTE_F32,
]);

/// A set of bytes.
struct Bytes([u32; 8]);

impl Bytes {
    const fn of(mut bytes: &[u8]) -> Self {
        let mut set = [0; 8];
        while let [first, rest @ ..] = bytes {
            set[(*first >> 5) as usize] |= 1 << (*first & 31);
            bytes = rest;
        }
        Self(set)
    }

    const fn contains(&self, byte: u8) -> bool {
        self.0[(byte >> 5) as usize] >> (byte & 31) & 1 != 0
    }
}

/// Whether this is the type of a block with parameters.
fn has_parameters(facts: &Facts<'_>, behind: &[u8]) -> bool {
    let Some((ty, _)) = unsigned(behind) else { return true };
    facts.signature(ty).is_some_and(|ty| ty.parameters.count > 0)
}

/// Whether these are the immediates of an access to another memory than the first one, or with an
/// offset of more than 16 bits.
fn is_far(behind: &[u8]) -> bool {
    const LARGEST_ALIGNMENT: u32 = 3;
    let Some((flags, behind)) = unsigned(behind) else { return true };
    if flags <= LARGEST_ALIGNMENT {
        return unsigned(behind).is_none_or(|(offset, _)| offset > u32::from(u16::MAX));
    }
    (1 << 6..=(1 << 6) + LARGEST_ALIGNMENT).contains(&flags)
}
