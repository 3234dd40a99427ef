//! The code of an unrolled loop.
//!
//! ```text
//! block                          ;; is left where the loop ends
//!   loop
//!     block                      ;; is left where the loop would begin again
//!       BODY  br 2
//!     end
//!     …
//!     BODY
//!   end
//! end
//! ```
//!
//! A body that begins again only at its end needs no block of its own: it leaves the loop by the inverted
//! condition, or goes on with the next copy.

use crate::error::OptimizeError;
use crate::loops::Shape;
use crate::plan::Unrolled;
use parser::{BlockType, Operator};
use wasm_encoder::Function;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};

/// Writes a loop of this type with this body, unrolled. Ends of endless loops are left out if `falls_through`: the
/// result is invalid if a body has operands left there.
pub(crate) fn unroll(
    code: &mut Function,
    unrolled: &Unrolled,
    ty: BlockType,
    body: &[Operator<'_>],
    falls_through: bool,
) -> Result<(), OptimizeError> {
    let shape = unrolled.of.shape;
    let ty = RoundtripReencoder.block_type(ty)?;
    code.instructions().block(ty).loop_(ty);
    for _ in 1..unrolled.copies {
        if shape == Shape::AtTheEnd {
            let (kept, inverted) = without_condition(body);
            copy(code, kept, 1)?;
            leave_if(code, inverted, 1);
            continue;
        }
        code.instructions().block(wasm_encoder::BlockType::Empty);
        match shape {
            Shape::AtTheEnd => {}
            Shape::Continued => {
                let (kept, inverted) = without_condition(body);
                copy(code, kept, 2)?;
                leave_if(code, inverted, 2);
            }
            Shape::Endless if falls_through => {
                copy(code, body.split_last().map_or(body, |(_, rest)| rest), 2)?;
            }
            Shape::Endless => copy(code, body, 2)?,
            Shape::Any => {
                copy(code, body, 2)?;
                code.instructions().br(2);
            }
        }
        code.instructions().end();
    }
    copy(code, body, 1)?;
    code.instructions().end().end();
    Ok(())
}

/// A body without the branch at its end, and whether what is on the stack then is the inverted condition of it.
fn without_condition<'a, 'b>(body: &'a [Operator<'b>]) -> (&'a [Operator<'b>], bool) {
    match body {
        [kept @ .., Operator::I32Eqz, _] => (kept, true),
        [kept @ .., _] => (kept, false),
        [] => (body, false),
    }
}

/// Leaves the loop if the condition of its last branch is false.
fn leave_if(code: &mut Function, inverted: bool, depth: u32) {
    if !inverted {
        code.instructions().i32_eqz();
    }
    code.instructions().br_if(depth);
}

/// Writes a copy of a body, with so many blocks more around it than the original has. What begins the loop again has the same depth in each copy: it leaves the copy's block,
/// or is the loop in the last.
fn copy(code: &mut Function, body: &[Operator<'_>], blocks: u32) -> Result<(), OptimizeError> {
    let mut depth = 0;
    for operator in body {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth += 1,
            Operator::End => depth -= 1,
            _ => {}
        }
        let outer = |target: u32| if target > depth { target + blocks } else { target };
        match operator {
            Operator::Br { relative_depth } => drop(code.instructions().br(outer(*relative_depth))),
            Operator::BrIf { relative_depth } => {
                code.instructions().br_if(outer(*relative_depth));
            }
            Operator::BrTable { targets } => {
                let all = targets.targets().map(|target| target.map(outer));
                let all = all.collect::<Result<Vec<_>, _>>()?;
                code.instructions().br_table(all, outer(targets.default()));
            }
            other => {
                code.instruction(&RoundtripReencoder.instruction(other.clone())?);
            }
        }
    }
    Ok(())
}
