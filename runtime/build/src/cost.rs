//! What a guest takes.

use std::borrow::Cow;
use vellum_prepare::{Bound, Loading, MemoryDecl, PrepareError, Prepared};

/// What a guest takes of a chip, in bytes.
///
/// ```
/// use vellum_build::{Cost, Guest};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let file = folder.path().join("blink.wasm");
/// # std::fs::write(&file, wat::parse_str("(module (memory 1 2))").unwrap()).unwrap();
/// let Cost { flash, memory, heap, .. } = Guest::new(file).prepare()?.cost;
/// assert!(flash < 100 && heap < 4096);
/// assert_eq!(memory, Some(2 * 65_536));
/// # Ok::<(), vellum_build::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cost {
    /// The prepared module.
    pub flash: u64,
    /// All that the memories which it defines may grow to; `None` if one has no maximum.
    pub memory: Option<u64>,
    /// An upper bound of the heap at any time while it is loaded and instantiated, without that of the
    /// engine and of its stacks.
    pub heap: u64,
}

impl Cost {
    /// Of a module that is loaded like this.
    pub(crate) fn of(prepared: &Prepared<'_>, loading: Loading) -> Result<Self, PrepareError> {
        let own = prepared.memories.iter().filter(|memory| !memory.imported);
        Ok(Self {
            flash: prepared.code.len() as u64,
            memory: own.map(most).sum(),
            heap: heap(&prepared.bound(loading)?, described(prepared)),
        })
    }
}

fn most(memory: &MemoryDecl) -> Option<u64> {
    Some(memory.ty.maximum()?.saturating_mul(memory.ty.page_size()))
}

fn heap(bound: &Bound, described: usize) -> u64 {
    let Bound { load, instance, entries, .. } = bound;
    let loading = load.peak + described;
    let instantiating = load.kept + instance.imports.peak + instance.instance.peak;
    (loading.max(instantiating) + entries) as u64
}

/// Bytes of what the pass says of a module, where pointers are no longer than here.
fn described(prepared: &Prepared<'_>) -> usize {
    let Prepared { code, memories, data, helpers, .. } = prepared;
    let copy = if let Cow::Owned(code) = code { code.len() } else { 0 };
    copy + size_of_val(prepared)
        + size_of_val(memories.as_slice())
        + size_of_val(data.as_slice())
        + size_of_val(helpers.as_slice())
}
