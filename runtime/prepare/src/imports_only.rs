//! The first sections of a module: what it takes from others.

use super::{
    error::PrepareError,
    names::Names,
    options::Options,
    prepared::{Prepared, prepare},
    scan::Scan,
    section::{IMPORT, PREAMBLE, Sections, TYPE},
    stored,
};
use alloc::{borrow::Cow, vec::Vec};

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
/// let module = wat::parse_str(r#"(module (import "env" "f" (func)) (func $a) (start $a))"#).unwrap();
/// let only = imports_only(&module, &Options::new())?;
/// assert_eq!((only.sizes.imports, only.sizes.functions, only.start), (1, 0, false));
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
    let Scan { layout, memories, sizes } = scan;
    let (code, names) = (Cow::Borrowed(head), layout.names);
    let (data, helpers, start) = (Vec::new(), Vec::new(), false);
    Ok(Prepared { code, memories, data, start, names, helpers, sizes, module: head, layout })
}
