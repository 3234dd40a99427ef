//! The module pass: turns any module into one that the interpreter runs with its memory on pages.
//!
//! The interpreter would put the memories that a module defines on the heap, copy data there, and
//! run the start function before the host can step in. [`lower`] takes these out of a module and
//! says what they were; [`prepare`] does the same ahead of time and stores what they
//! were in the module, so that [`lower`] finds its work done.
//!
//! Nothing is renumbered, because everything is appended:
//!
//! | in the module | in the code |
//! |---|---|
//! | defined memories | trailing imports, `("vellum", index)`; memory indices stay |
//! | `shared` in the type of a memory | dropped; remembered in [`MemoryDecl`] |
//! | data segments | passive and empty at the same index |
//! | `memory.init`, `data.drop` | calls of [helpers](Helper) through a trailing table, exported; their types trail too |
//! | offsets of data that are no plain constants | trailing immutable globals, exported |
//! | the start section | an export |
//! | atomic instructions, with [threads](Options::threads) | plain instructions, with trailing local variables |
//! | `memory.atomic.wait`, `memory.atomic.notify`, `table.grow`, with threads | calls of helpers |
//! | every access to a [locked](Options::locked) memory | a call of a helper |
//! | the minimum of a locked memory that the module imports | 0; remembered in [`MemoryDecl`] |
//! | what the interpreter [translates wrongly](#what-is-mended) | other code that means the same |
//! | custom sections | dropped when anything else changes |
//!
//! The pass does not validate function bodies; whoever compiles the code does. It checks what the
//! code no longer shows: the types of memories, the memory indices of data, the type of the start
//! function, the order and length of sections, the immediates of instructions that it replaces, and
//! references to what is appended. No module that is invalid becomes valid by it.
//!
//! What is appended counts against limits that all engines agree on: of a module that needs helpers
//! 99 tables are its own, not 100, and a function whose instructions are lowered has a few local
//! variables less than the interpreter allows, which is 30,000. With more, whoever compiles the code
//! refuses it.
//!
//! # What is mended
//!
//! The interpreter, `wasmi` 2.0.0, translates some valid code wrongly. Such code is written in another
//! way, here as in all modules that are loaded; `docs/interpreter.md` in the source of this crate lists
//! it. Code without a fault stays byte for byte as it was. A module that says it is prepared is refused
//! if it has any.
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
//! let active = lowered.data[0].active.expect("it is an active segment");
//! assert_eq!((active.memory, active.offset), (0, Offset::Const(8)));
//! assert_eq!(&prepared[lowered.data[0].bytes.clone()], b"page");
//! # Ok(())
//! # }
//! ```

mod access;
mod assembler;
mod atomics;
mod body;
mod call;
mod change;
mod data;
mod emit;
mod error;
mod find;
mod helper;
mod helper_code;
mod host_table;
mod items;
mod layout;
mod leb;
mod locked;
mod lookup;
mod lowering;
mod memories;
mod memory_argument;
mod mend;
mod names;
mod opcode;
mod options;
mod output;
mod reader;
mod references;
mod replace;
mod scan;
mod scratch;
mod section;
mod shared;
mod sizes;
mod start;
mod stored;
mod suspect;
mod tables;
mod verify;

pub use access::Access;
pub use data::{Active, DataSegment, Offset};
pub use error::PrepareError;
pub use helper::{Helper, ReferenceType, ValueType};
#[cfg(feature = "runtime")]
pub(crate) use host_table::MOST as MOST_HELPERS;
pub use memories::MemoryDecl;
pub use names::{Name, Names};
pub use options::Options;
pub use shared::shares_memory;
pub use sizes::Sizes;

use alloc::{borrow::Cow, vec::Vec};
use emit::Emitter;
use layout::Layout;
use scan::Scan;
use section::Sections;
use stored::Stored;

/// A module as the interpreter compiles it, and what was taken out of it.
#[derive(Debug, Clone)]
pub struct Prepared<'a> {
    /// The module to compile. Borrowed when there was nothing to change.
    pub code: Cow<'a, [u8]>,
    /// Every memory in index order. In the code all are imports: those that the module imports
    /// where it does so, those that it defines at the end of the import section.
    pub memories: Vec<MemoryDecl>,
    /// Every data segment in index order.
    pub data: Vec<DataSegment>,
    /// Whether the module has a start function, exported as [`Names::start`]. Its type is checked.
    pub start: bool,
    /// The names of the exports that the pass appended.
    pub names: Names,
    /// What the code calls in the host, by slot of the table exported as [`Names::host`]. If there
    /// is none, nor is there the table.
    pub helpers: Vec<Helper>,
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

    /// Measures the function bodies of the code.
    fn measured(mut self) -> Result<Self, PrepareError> {
        let sections = match &self.code {
            Cow::Borrowed(_) => self.layout.sections.clone(),
            Cow::Owned(code) => Sections::find(code)?,
        };
        match self.sizes.bodies(&self.code, &sections) {
            Ok(()) => Ok(self),
            Err(PrepareError::Invalid { offset, message }) => {
                Err(PrepareError::Invalid { offset: self.original_offset(offset), message })
            }
            Err(error) => Err(error),
        }
    }

    fn emitter(&self) -> Emitter<'_> {
        let Self { module, layout, memories, .. } = self;
        Emitter { module, layout, memories, store: false }
    }
}

/// [Lowers](lower_with) a module with default [`Options`].
///
/// # Errors
///
/// As for [`lower_with`].
pub fn lower(module: &[u8]) -> Result<Prepared<'_>, PrepareError> {
    lower_with(module, &Options::new())
}

/// Takes the memories, the data and the start function out of a module, and lowers what the
/// interpreter does not know.
///
/// The module may be prepared already, which costs no copy. What the options ask for must have been
/// asked for then; it may be more.
///
/// # Errors
///
/// If the module is malformed or invalid in a way that the code would not show, or the heap has no
/// room for the code. Lists in the module are never believed to be longer than its bytes allow.
pub fn lower_with<'a>(module: &'a [u8], options: &Options) -> Result<Prepared<'a>, PrepareError> {
    let mut scan = Scan::of(module, options)?;
    if let Some(section) = scan.layout.sections.stored.clone() {
        let Stored { names, start, helpers, data } =
            stored::read(module, &mut scan, section, options)?;
        let Scan { layout, memories, sizes } = scan;
        let code = Cow::Borrowed(module);
        let prepared =
            Prepared { code, memories, data, start, names, helpers, sizes, module, layout };
        return prepared.measured();
    }
    let Scan { layout, memories, sizes } = scan;
    let reader = layout.sections.reader(module, section::DATA);
    let data = data::collect(module, reader, &memories)?;
    let code = if layout.changes() {
        let emitter = Emitter { module, layout: &layout, memories: &memories, store: false };
        Cow::Owned(emitter.bytes()?)
    } else {
        Cow::Borrowed(module)
    };
    let (start, names, helpers) =
        (layout.start.is_some(), layout.names, layout.lowering.host.helpers.clone());
    let prepared = Prepared { code, memories, data, start, names, helpers, sizes, module, layout };
    prepared.measured()
}

/// [Prepares](prepare_with) a module with default [`Options`].
///
/// # Errors
///
/// As for [`lower_with`].
pub fn prepare(module: &[u8]) -> Result<Vec<u8>, PrepareError> {
    prepare_with(module, &Options::new())
}

/// Prepares a module ahead of time: the result needs no copy when it is [lowered](lower_with).
///
/// A module that is prepared already is returned as it is; of one in which there is nothing to
/// change, only the custom sections are dropped.
///
/// # Errors
///
/// As for [`lower_with`].
pub fn prepare_with(module: &[u8], options: &Options) -> Result<Vec<u8>, PrepareError> {
    let mut scan = Scan::of(module, options)?;
    if let Some(section) = scan.layout.sections.stored.clone() {
        stored::read(module, &mut scan, section, options)?;
        let mut copy = Vec::new();
        memories::reserve(&mut copy, module.len())?;
        copy.extend_from_slice(module);
        return Ok(copy);
    }
    let Scan { layout, memories, .. } = &scan;
    Emitter { module, layout, memories, store: layout.changes() }.bytes()
}
