//! What the pieces of a function cost in which execution can't branch.

use crate::error::InstrumentError;
use parser::{FunctionBody, Operator};
use std::vec::IntoIter;

/// The costs of a function's pieces, in order. A piece begins with the body, and behind each operator that
/// [ends](ends_piece) one.
pub(crate) fn of(body: &FunctionBody<'_>) -> Result<IntoIter<u32>, InstrumentError> {
    let mut costs = vec![0u32];
    for operator in body.get_operators_reader()? {
        let operator = operator?;
        if let Some(cost) = costs.last_mut() {
            *cost = cost.saturating_add(u32::from(!is_free(&operator)));
        }
        if ends_piece(&operator) {
            costs.push(0);
        }
    }
    Ok(costs.into_iter())
}

/// Whether execution may go on elsewhere behind an operator, or come there from elsewhere.
pub(crate) fn ends_piece(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::End
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::Return
            | Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
            | Operator::Unreachable
    )
}

/// Whether an operator only says where something begins or ends.
fn is_free(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Nop
            | Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::Else
            | Operator::End
    )
}
