//! The module pass: turns any module into one that the interpreter runs with its memory on pages.
//!
//! The interpreter would put the memories that a module defines on the heap, copy active data
//! there, and run the start function before the host can step in. [`lower`] takes these out of a
//! module and says what they were; [`prepare`] does the same ahead of time and stores what they
//! were in the module, so that [`lower`] finds its work done.
//!
//! Nothing is renumbered, because everything is appended:
//!
//! | in the module | in the code |
//! |---|---|
//! | defined memories | trailing imports, `("vellum", index)`; memory indices stay |
//! | `shared` in the type of a memory | dropped; remembered in [`MemoryDecl`] |
//! | active data segments | passive and empty at the same index |
//! | offsets of data that are no plain constants | trailing immutable globals, exported |
//! | the start section | an export |
//! | custom sections | dropped when anything else changes |
//!
//! The pass does not validate function bodies; whoever compiles the code does. It checks what the
//! code no longer shows: the types of memories, the memory indices of data, the type of the start
//! function, the order and length of sections, and references to what is appended. No module that
//! is invalid becomes valid by it.
//!
//! ```
//! # fn main() -> Result<(), vellum::prepare::PrepareError> {
//! use vellum::prepare::{Offset, lower, prepare};
//!
//! let module = wat::parse_str(r#"(module (memory 1) (data (i32.const 8) "page"))"#).unwrap();
//! let prepared = prepare(&module)?;
//!
//! let lowered = lower(&prepared)?;
//! assert_eq!(*lowered.code, prepared);
//! assert_eq!(lowered.memories[0].ty.minimum(), 1);
//! assert_eq!(lowered.data[0].offset, Offset::Const(8));
//! assert_eq!(&prepared[lowered.data[0].bytes.clone()], b"page");
//! # Ok(())
//! # }
//! ```

mod data;
mod emit;
mod error;
mod leb;
mod memories;
mod names;
mod output;
mod reader;
mod references;
mod scan;
mod section;
mod sizes;
mod start;
mod stored;
mod verify;

pub use data::{DataSegment, Offset};
pub use error::PrepareError;
pub use memories::MemoryDecl;
pub use names::{Name, Names};
pub use sizes::Sizes;

use alloc::{borrow::Cow, vec::Vec};
use emit::Emitter;
use scan::{Layout, Scan};
use stored::Stored;

/// A module as the interpreter compiles it, and what was taken out of it.
#[derive(Debug, Clone)]
pub struct Prepared<'a> {
    /// The module to compile. Borrowed when there was nothing to change.
    pub code: Cow<'a, [u8]>,
    /// Every memory in index order. In the code all are imports: those that the module imports
    /// where it does so, those that it defines at the end of the import section.
    pub memories: Vec<MemoryDecl>,
    /// The active data segments in order.
    pub data: Vec<DataSegment>,
    /// Whether the module has a start function, exported as [`Names::start`]. Its type is checked.
    pub start: bool,
    /// The names of the exports that the pass appended.
    pub names: Names,
    /// How large the module is, without what the pass appended.
    pub sizes: Sizes,
    module: &'a [u8],
    layout: Layout,
}

impl Prepared<'_> {
    /// The byte of the module given to the pass that a byte of [`code`](Self::code) stands for.
    ///
    /// Bytes that the pass wrote stand for what made it write them. Past the end of the code, this
    /// is the length of the module.
    pub fn original_offset(&self, offset: usize) -> usize {
        let origin = match self.code {
            Cow::Borrowed(_) => Some(offset),
            Cow::Owned(_) => self.emitter().origin(offset),
        };
        let length = self.module.len();
        origin.map_or(length, |origin| origin.min(length))
    }

    fn emitter(&self) -> Emitter<'_> {
        let Self { module, layout, memories, .. } = self;
        Emitter { module, layout, memories, store: false }
    }
}

/// Takes the memories, the active data and the start function out of a module.
///
/// The module may be prepared already, which costs no copy.
///
/// # Errors
///
/// If the module is malformed or invalid in a way that the code would not show, or the heap has no
/// room for the code. Lists in the module are never believed to be longer than its bytes allow.
pub fn lower(module: &[u8]) -> Result<Prepared<'_>, PrepareError> {
    let mut scan = Scan::of(module)?;
    if let Some(section) = scan.layout.sections.stored.clone() {
        let Stored { names, start, data } = stored::read(module, &mut scan, section)?;
        let Scan { layout, memories, sizes } = scan;
        let code = Cow::Borrowed(module);
        return Ok(Prepared { code, memories, data, start, names, sizes, module, layout });
    }
    let Scan { layout, memories, sizes } = scan;
    let reader = layout.sections.reader(module, section::DATA);
    let (_, data) = data::collect(module, reader, &memories)?;
    let code = if layout.changes() {
        let emitter = Emitter { module, layout: &layout, memories: &memories, store: false };
        Cow::Owned(emitter.bytes()?)
    } else {
        Cow::Borrowed(module)
    };
    let (start, names) = (layout.start.is_some(), layout.names);
    Ok(Prepared { code, memories, data, start, names, sizes, module, layout })
}

/// Prepares a module ahead of time: the result needs no copy when it is [lowered](lower).
///
/// A module that is prepared already is returned as it is; of one in which there is nothing to
/// change, only the custom sections are dropped.
///
/// # Errors
///
/// As for [`lower`].
pub fn prepare(module: &[u8]) -> Result<Vec<u8>, PrepareError> {
    let mut scan = Scan::of(module)?;
    if let Some(section) = scan.layout.sections.stored.clone() {
        stored::read(module, &mut scan, section)?;
        let mut copy = Vec::new();
        memories::reserve(&mut copy, module.len())?;
        copy.extend_from_slice(module);
        return Ok(copy);
    }
    let Scan { layout, memories, .. } = &scan;
    Emitter { module, layout, memories, store: layout.changes() }.bytes()
}
