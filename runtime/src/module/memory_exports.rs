//! What the interpreter does not tell of a module's exports.

use wasmparser::{ExternalKind, Parser, Payload};

/// The index of the memory that a module, validated before, exports by that name.
pub(crate) fn memory(module: &[u8], name: &str) -> Option<u32> {
    Parser::new(0)
        .parse_all(module)
        .map_while(Result::ok)
        .find_map(|payload| match payload {
            Payload::ExportSection(reader) => Some(reader),
            _ => None,
        })?
        .into_iter()
        .map_while(Result::ok)
        .find(|export| export.name == name && export.kind == ExternalKind::Memory)
        .map(|export| export.index)
}
