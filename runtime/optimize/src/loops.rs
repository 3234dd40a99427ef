//! The loops of a function that gain by being unrolled.

use crate::error::OptimizeError;
use parser::{BlockType, FunctionBody, Operator};

/// An innermost loop without parameters that begins again somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loop {
    /// The number of the operator that begins it, in its function.
    pub(crate) start: usize,
    /// The number of the operator that ends it.
    pub(crate) end: usize,
    /// Bytes of what is between them.
    pub(crate) bytes: usize,
    /// How it begins again.
    pub(crate) shape: Shape,
}

/// How a loop begins again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// By a conditional branch that is its last operator, and leaves no results if it is not taken.
    AtTheEnd,
    /// As well from other places.
    Continued,
    /// By a branch that is its last operator, and maybe from other places.
    Endless,
    /// From anywhere, and with any results.
    Any,
}

/// A block that is open.
struct Open {
    /// The operator that begins it and the offset behind, if it is a loop that might be unrolled.
    candidate: Option<(usize, usize)>,
    /// Whether it is a loop at all.
    is_loop: bool,
    has_results: bool,
    /// Branches that begin the loop again.
    again: u32,
}

/// The loops of a function that are worth it, as they call nothing and have no loop inside, in their order. `arity` tells how many parameters and results
/// a type of the module has.
pub(crate) fn loops(
    body: &FunctionBody<'_>,
    arity: &impl Fn(u32) -> [usize; 2],
) -> Result<Vec<Loop>, OptimizeError> {
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut reader = body.get_operators_reader()?;
    let mut last = None;
    let mut number = 0;
    while !reader.eof() {
        let at = reader.original_position() as usize;
        let operator = reader.read()?;
        match &operator {
            Operator::Loop { blockty } => {
                // A loop around it is not the innermost one.
                open.iter_mut().for_each(|block| block.candidate = None);
                let [parameters, results] = arity_of(blockty, arity);
                let behind = reader.original_position() as usize;
                let candidate = (parameters == 0).then_some((number, behind));
                open.push(Open { candidate, is_loop: true, has_results: results > 0, again: 0 });
            }
            Operator::Block { .. } | Operator::If { .. } => {
                open.push(Open { candidate: None, is_loop: false, has_results: false, again: 0 });
            }
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                again(&mut open, *relative_depth);
            }
            Operator::BrTable { targets } => {
                for target in targets.targets() {
                    again(&mut open, target?);
                }
                again(&mut open, targets.default());
            }
            // The function that is called charges fuel itself.
            Operator::Call { .. } | Operator::CallIndirect { .. } => {
                open.iter_mut().for_each(|block| block.candidate = None);
            }
            Operator::End => {
                if let Some(Open { candidate: Some((start, behind)), again: 1.., .. }) = open.last()
                {
                    let shape = open.last().map_or(Shape::Any, |block| shape(block, last.as_ref()));
                    found.push(Loop { start: *start, end: number, bytes: at - behind, shape });
                }
                open.pop();
            }
            _ => {}
        }
        last = Some(operator);
        number += 1;
    }
    found.sort_by_key(|it| it.start);
    Ok(found)
}

fn arity_of(ty: &BlockType, arity: &impl Fn(u32) -> [usize; 2]) -> [usize; 2] {
    match ty {
        BlockType::Empty => [0, 0],
        BlockType::Type(_) => [0, 1],
        BlockType::FuncType(index) => arity(*index),
    }
}

/// Counts a branch, if it begins a loop again.
fn again(open: &mut [Open], depth: u32) {
    let target = open.len().checked_sub(depth as usize + 1);
    if let Some(block) = target.and_then(|index| open.get_mut(index)).filter(|it| it.is_loop) {
        block.again += 1;
    }
}

fn shape(block: &Open, last: Option<&Operator<'_>>) -> Shape {
    match last {
        Some(Operator::BrIf { relative_depth: 0 }) if !block.has_results => match block.again {
            1 => Shape::AtTheEnd,
            _ => Shape::Continued,
        },
        Some(Operator::Br { relative_depth: 0 }) => Shape::Endless,
        _ => Shape::Any,
    }
}
