//! Which functions of a module have tail calls.

use super::super::{
    error::PrepareError,
    memories::reserve,
    opcode,
    reader::Reader,
    section::{CODE, Sections},
};
use alloc::vec::Vec;
use core::ops::Range;
use wasmparser::Operator;

/// Which functions of a module have tail calls, found out when asked, once for each.
#[derive(Default)]
pub(super) struct TailCallers(Vec<Known>);

enum Known {
    Body(Range<usize>),
    TailCalls(bool),
}

impl TailCallers {
    /// Whether the defined function of that number has a tail call. Of one that does not exist,
    /// false.
    pub(super) fn contains(
        &mut self,
        module: &[u8],
        sections: &Sections,
        defined: u32,
    ) -> Result<bool, PrepareError> {
        if self.0.is_empty() {
            let mut reader = sections.reader(module, CODE);
            let count = reader.var_u32()?;
            reserve(&mut self.0, usize::try_from(count).unwrap_or(usize::MAX))?;
            for _ in 0..count {
                self.0.push(Known::Body(reader.sized()?));
            }
        }
        let index = usize::try_from(defined).unwrap_or(usize::MAX);
        let Some(known) = self.0.get_mut(index) else { return Ok(false) };
        match known {
            Known::TailCalls(known) => Ok(*known),
            Known::Body(body) => {
                let found = tail_calls(module, body.clone())?;
                *known = Known::TailCalls(found);
                Ok(found)
            }
        }
    }
}

/// Whether a body has a tail call, as far as it can be decoded.
fn tail_calls(module: &[u8], body: Range<usize>) -> Result<bool, PrepareError> {
    let bytes = module.get(body.clone()).unwrap_or_default();
    let looks_like =
        |byte: &u8| matches!(*byte, opcode::RETURN_CALL | opcode::RETURN_CALL_INDIRECT);
    if !bytes.iter().any(looks_like) {
        return Ok(false);
    }
    let mut operators = Reader::new(module, body).body()?;
    while !operators.is_empty() {
        match operators.operator() {
            Ok(Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. }) => {
                return Ok(true);
            }
            Ok(_) => {}
            // The interpreter finds it too.
            Err(_) => break,
        }
    }
    Ok(false)
}
