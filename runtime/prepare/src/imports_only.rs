//! The first sections of a module: what it takes from others.

use super::{
    error::PrepareError,
    leb::Leb,
    memories::{self, MemoryDecl},
    names::Names,
    options::Options,
    prepared::{Prepared, prepare},
    scan::Scan,
    section::{IMPORT, PREAMBLE, Sections, TYPE},
    stored,
};
use alloc::{borrow::Cow, vec::Vec};
use wasmparser::Import;

/// A module with the types and the imports of `module` and nothing else, [prepared](prepare). It tells what the
/// module takes from others for much less than the module itself costs: no code is read.
///
/// The module may be prepared already; then what it says of its own memories is taken as it is.
///
/// # Errors
///
/// As for [`prepare`], as far as these sections show it.
///
/// ```
/// use vellum_prepare::{Options, imports_only, prepare};
///
/// let text = r#"(module (import "env" "f" (func)) (memory 1) (func $a) (start $a))"#;
/// let module = wat::parse_str(text).unwrap();
/// let only = imports_only(&module, &Options::new())?;
/// assert_eq!((only.sizes.imports, only.sizes.functions, only.start), (1, 0, false));
/// assert_eq!((only.sizes.memories, only.memories.len()), (0, 0));
/// assert_eq!(prepare(&module, &Options::new())?.sizes.imports, 1);
/// # Ok::<(), vellum_prepare::PrepareError>(())
/// ```
pub fn imports_only<'a>(module: &'a [u8], options: &Options) -> Result<Prepared<'a>, PrepareError> {
    let sections = Sections::find(module)?;
    let last = sections.get(IMPORT).or(sections.get(TYPE));
    let end = last.map_or(PREAMBLE, |section| section.whole().end);
    let head = module.get(..end).unwrap_or(module);
    let Some(section) = sections.stored else {
        return prepare(head, options);
    };
    let mut sections = Sections::find(head)?;
    sections.stored = None;
    let mut scan = Scan::declared(head, sections, Names { number: 0 })?;
    stored::declared(module, &mut scan, section)?;
    let Scan { layout, mut memories, mut sizes } = scan;
    // The pass has made imports of the memories that the module defines.
    memories.retain(|memory: &MemoryDecl| memory.imported);
    sizes.memories = u32::try_from(memories.len()).unwrap_or(u32::MAX);
    let code = Cow::Owned(without_last(head, &layout.sections, sizes.imports)?);
    let (data, helpers, start, names) = (Vec::new(), Vec::new(), false, layout.names);
    Ok(Prepared { code, memories, data, start, names, helpers, sizes, module: head, layout })
}

/// The module with no more than so many of its imports.
fn without_last(head: &[u8], sections: &Sections, count: u32) -> Result<Vec<u8>, PrepareError> {
    let mut code = Vec::new();
    memories::reserve(&mut code, head.len() + 2 * size_of::<u64>())?;
    let bytes = |range| head.get(range).unwrap_or_default();
    code.extend_from_slice(bytes(0..PREAMBLE));
    if let Some(types) = sections.get(TYPE) {
        code.extend_from_slice(bytes(types.whole()));
    }
    let mut kept = 0..0;
    let mut nth = 0;
    sections.reader(head, IMPORT).vector(|at, _: Import<'_>| {
        kept.start = if nth == 0 { at.start } else { kept.start };
        kept.end = if nth < count { at.end } else { kept.end };
        nth += 1;
        Ok(())
    })?;
    if count > 0 {
        let count = Leb::new(count.into());
        let kept = bytes(kept);
        let size = Leb::new((count.as_bytes().len() + kept.len()) as u64);
        code.push(IMPORT);
        for part in [size.as_bytes(), count.as_bytes(), kept] {
            code.extend_from_slice(part);
        }
    }
    Ok(code)
}
