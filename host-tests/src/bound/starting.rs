//! What a start function takes that no bound of an instance includes.

use super::FIRST_LAZY;
use wasmparser::{Operator, Parser, Payload, TypeRef};

/// Whether the start function of a module may take more than the bound of an instance: what it lets
/// grow, and, on an engine of a [kind](super::KINDS) that translates functions when they are called,
/// what it calls.
pub(super) fn takes_more(module: &[u8], kind: u32) -> bool {
    let (mut imported, mut start, mut defined) = (0, None, 0);
    for payload in Parser::new(0).parse_all(module) {
        match payload {
            Ok(Payload::ImportSection(imports)) => {
                let functions = imports.into_imports().filter(|import| {
                    import.as_ref().is_ok_and(|import| matches!(import.ty, TypeRef::Func(_)))
                });
                imported = u32::try_from(functions.count()).unwrap_or(u32::MAX);
            }
            Ok(Payload::StartSection { func, .. }) => start = Some(func),
            Ok(Payload::CodeSectionEntry(body)) => {
                if start.is_some_and(|start| start == imported + defined) {
                    let operators = body.get_operators_reader();
                    return operators.is_ok_and(|operators| {
                        operators.into_iter().flatten().any(|operator| match operator {
                            Operator::Call { function_index }
                            | Operator::ReturnCall { function_index } => {
                                kind >= FIRST_LAZY && function_index >= imported
                            }
                            Operator::CallIndirect { .. } | Operator::ReturnCallIndirect { .. } => {
                                kind >= FIRST_LAZY
                            }
                            Operator::TableGrow { .. } => true,
                            _ => false,
                        })
                    });
                }
                defined += 1;
            }
            _ => {}
        }
    }
    false
}
