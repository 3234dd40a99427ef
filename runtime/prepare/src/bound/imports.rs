//! Adding up what linking a module takes.

use super::{
    bytes::Bytes,
    growth::arena,
    instance::{FUNCTION, GIVEN, HOST_FUNCTION, SIZE, TRAMPOLINE},
    outline::Outline,
    sum::Sum,
};

/// Bytes of an import as the interpreter tells it, and of what is given for one.
const IMPORT: usize = 48;
const EXTERN: usize = 56;
/// Bytes of what keeps a function of the host.
const KEPT: usize = 8;

/// What a linker takes that makes functions of the host for those that are imported, if the module
/// itself defines so many memories.
pub(super) fn imports(outline: &Outline, defined: usize) -> Sum {
    let functions = outline.imported.functions;
    let own = outline.imports.saturating_sub(defined);
    let mut sum = Sum::default();
    let imports = sum.pushed(outline.imports, IMPORT);
    let parts = [
        Bytes::blocks(functions, HOST_FUNCTION),
        outline.imported_values,
        arena(0, functions, FUNCTION),
    ];
    for part in parts {
        sum.add(part);
    }
    for size in [KEPT, TRAMPOLINE] {
        sum.pushed(functions, size);
    }
    sum.pushed(own, EXTERN);
    // The type of an import, and what is made of it.
    let values = outline.most_imported_values;
    if values > 0 {
        let ty = Bytes::array(values, 1).and(Bytes::array(values.max(4), 2));
        sum.moment(ty.and(Bytes::array(values, 1)).and(Bytes::block(values.saturating_add(16))));
    }
    sum.free(imports);
    for size in [SIZE, GIVEN] {
        sum.pushed(own, size);
    }
    sum
}
