//! The order of functions: those that call each other lie near each other.

use crate::references::References;
use crate::source::Source;

/// The functions that the module defines, depth first from `roots` over the calls, then all others.
pub(crate) fn depth_first(
    source: &Source<'_>,
    references: &[References],
    roots: impl IntoIterator<Item = u32>,
) -> Vec<u32> {
    let imported = source.imported_functions;
    let (mut order, mut seen) = (Vec::new(), vec![false; references.len()]);
    let mut pending = Vec::new();
    for root in roots.into_iter().chain(source.defined().map(|(function, _)| function)) {
        pending.push(root);
        while let Some(function) = pending.pop() {
            let Some(defined) = function.checked_sub(imported).map(|index| index as usize) else {
                continue;
            };
            if !std::mem::replace(&mut seen[defined], true) {
                order.push(function);
                pending.extend(references[defined].calls.iter().rev());
            }
        }
    }
    order
}
