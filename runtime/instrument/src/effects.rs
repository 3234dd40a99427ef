//! What instructions do that a backtrace has to know.

use crate::error::InstrumentError;
use parser::{FunctionBody, Operator};

/// What the instructions of a function do.
#[derive(Default)]
pub(crate) struct Effects {
    /// Whether the function may be the one where a guest stops, or is in the middle of a call then.
    pub(crate) may_stop: bool,
    /// Whether it branches out of its body other than by `return`.
    pub(crate) branches_out: bool,
}

impl Effects {
    /// What a function of a valid module does.
    pub(crate) fn of(body: &FunctionBody<'_>) -> Result<Self, InstrumentError> {
        let mut effects = Self::default();
        let mut depth = 0;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            match &operator {
                Operator::Block { .. } | Operator::If { .. } => depth += 1,
                Operator::Loop { .. } => {
                    depth += 1;
                    effects.may_stop = true;
                }
                // The last one ends the body.
                Operator::End if depth > 0 => depth -= 1,
                Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                    effects.branches_out |= *relative_depth == depth;
                }
                Operator::BrTable { targets } => {
                    for target in targets.targets() {
                        effects.branches_out |= target? == depth;
                    }
                    effects.branches_out |= targets.default() == depth;
                }
                operator => effects.may_stop |= may_trap(operator) || !is_plain(operator),
            }
        }
        Ok(effects)
    }
}

/// Whether an instruction may trap or call, apart from those that reach a memory by an address.
pub(crate) fn may_trap(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Unreachable
            | Operator::Call { .. }
            | Operator::CallIndirect { .. }
            | Operator::CallRef { .. }
            | Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
            | Operator::I32DivS
            | Operator::I32DivU
            | Operator::I32RemS
            | Operator::I32RemU
            | Operator::I64DivS
            | Operator::I64DivU
            | Operator::I64RemS
            | Operator::I64RemU
            | Operator::I32TruncF32S
            | Operator::I32TruncF32U
            | Operator::I32TruncF64S
            | Operator::I32TruncF64U
            | Operator::I64TruncF32S
            | Operator::I64TruncF32U
            | Operator::I64TruncF64S
            | Operator::I64TruncF64U
            | Operator::MemoryInit { .. }
            | Operator::MemoryCopy { .. }
            | Operator::MemoryFill { .. }
            | Operator::MemoryGrow { .. }
            | Operator::TableGet { .. }
            | Operator::TableSet { .. }
            | Operator::TableInit { .. }
            | Operator::TableCopy { .. }
            | Operator::TableFill { .. }
            | Operator::TableGrow { .. }
            | Operator::RefAsNonNull
    )
}

/// Whether an instruction is one of those that most functions which never stop consist of.
fn is_plain(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::End
            | Operator::Else
            | Operator::Return
            | Operator::Nop
            | Operator::Drop
            | Operator::Select
            | Operator::LocalGet { .. }
            | Operator::LocalSet { .. }
            | Operator::LocalTee { .. }
            | Operator::GlobalGet { .. }
            | Operator::GlobalSet { .. }
            | Operator::I32Const { .. }
            | Operator::I64Const { .. }
            | Operator::F32Const { .. }
            | Operator::F64Const { .. }
            | Operator::I32Add
            | Operator::I32Sub
            | Operator::I32Mul
            | Operator::I32And
            | Operator::I32Or
            | Operator::I32Xor
            | Operator::I32Shl
            | Operator::I32ShrS
            | Operator::I32ShrU
            | Operator::I32Eq
            | Operator::I32Ne
            | Operator::I32Eqz
    )
}
