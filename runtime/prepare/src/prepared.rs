//! A module as the interpreter compiles it: the result of the pass.

use super::{
    believed, custom,
    data::{self, DataSegment},
    emit::Emitter,
    error::PrepareError,
    helper::Helper,
    layout::Layout,
    memories::{self, MemoryDecl},
    module_name,
    names::Names,
    options::Options,
    scan::Scan,
    section::{self, Sections},
    sizes::Sizes,
    stored::{self, Said, Stored},
};
use alloc::{borrow::Cow, vec::Vec};
use core::ops::Range;

/// A module as the interpreter compiles it, and what was taken out of it.
///
/// ```
/// use vellum_prepare::{Options, prepare};
///
/// let module = wat::parse_str("(module $sensor (memory 1) (func $start) (start $start))").unwrap();
/// let prepared = prepare(&module, &Options::new())?;
/// assert_eq!((prepared.name(), prepared.start), (Some("sensor"), true));
/// assert_eq!((prepared.memories.len(), prepared.sizes.functions), (1, 1));
/// # Ok::<(), vellum_prepare::PrepareError>(())
/// ```
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
    /// is none, there is no table.
    pub helpers: Vec<Helper>,
    /// How large the module is, without what the pass appended.
    pub sizes: Sizes,
    pub(super) module: &'a [u8],
    pub(super) layout: Layout,
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

    /// The contents of the export section of the module given to the pass, if it has one.
    pub fn export_section(&self) -> Option<&[u8]> {
        self.module.get(self.layout.sections.get(section::EXPORT)?.content())
    }

    /// The module given to the pass and the contents of the section in which it states its bound, if it is
    /// prepared ahead of time and has one.
    pub(super) fn stated(&self) -> Option<(&[u8], Range<usize>)> {
        let Sections { stored, bound, .. } = &self.layout.sections;
        stored.as_ref()?;
        Some((self.module, bound.as_ref()?.content()))
    }

    /// The module's name, if its custom section `name` tells one.
    pub fn name(&self) -> Option<&str> {
        name(self.module, &self.layout.sections)
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

fn name<'a>(module: &'a [u8], sections: &Sections) -> Option<&'a str> {
    module_name::read(module.get(sections.names.clone())?)
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
/// room for the code. A list is never allocated for more items than the bytes of the module allow.
pub fn prepare<'a>(module: &'a [u8], options: &Options) -> Result<Prepared<'a>, PrepareError> {
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

/// As [`prepare`] of a module that was prepared ahead of time and [marked](Options::marked), but without
/// checking what it says of itself.
///
/// Only of a module that the pass has made, such as one with a signature that tells so: of any other the
/// result is wrong, though nothing in here panics.
///
/// # Errors
///
/// If the module is not marked, was prepared by another version of the pass or for less than the options ask
/// for, or is malformed so that it can't be read.
///
/// ```
/// use vellum_prepare::{Options, believe, prepare_to_vec};
///
/// let module = wat::parse_str("(module (func))").unwrap();
/// let file = prepare_to_vec(&module, &Options::new().marked(true))?;
/// assert_eq!(believe(&file, &Options::new())?.sizes.functions, 1);
/// assert!(believe(&module, &Options::new()).is_err());
/// # Ok::<(), vellum_prepare::PrepareError>(())
/// ```
pub fn believe<'a>(module: &'a [u8], options: &Options) -> Result<Prepared<'a>, PrepareError> {
    options.check()?;
    let sections = Sections::find(module)?;
    let Some(section) = sections.stored.clone() else {
        return Err(PrepareError::invalid(0, "the module is not prepared"));
    };
    let mut scan = Scan::declared(module, sections, Names { number: 0 })?;
    let said = stored::said(module, &mut scan, section, options)?;
    believed::take_out(&mut scan, &said);
    scan.sizes.bodies(module, &scan.layout.sections)?;
    let (Said { names, start, host, data, .. }, Scan { layout, memories, sizes }) = (said, scan);
    let (code, helpers) = (Cow::Borrowed(module), host.helpers);
    Ok(Prepared { code, memories, data, start, names, helpers, sizes, module, layout })
}

/// Prepares a module ahead of time: the result needs no copy when it is [prepared](prepare) again.
///
/// A module that is prepared already is returned as it is; one that is to be [marked](Options::marked) also
/// states [the heap that it takes](Prepared::stated_bound). Of one in which there is nothing to
/// change, only the custom sections are dropped. The module's name is kept, in a section of its own.
///
/// # Errors
///
/// As for [`prepare`].
pub fn prepare_to_vec(module: &[u8], options: &Options) -> Result<Vec<u8>, PrepareError> {
    let mut scan = Scan::of(module, options)?;
    if let Some(section) = scan.layout.sections.stored.clone() {
        stored::read(module, &mut scan, section, options)?;
        scan.sizes.bodies(module, &scan.layout.sections)?;
        let mut copy = Vec::new();
        memories::reserve(&mut copy, module.len())?;
        copy.extend_from_slice(module);
        if options.marked {
            state_bound(&mut copy, options)?;
        }
        return Ok(copy);
    }
    let Scan { layout, memories, mut sizes } = scan;
    let store = layout.changes() || options.marked;
    let emitter = Emitter { module, layout: &layout, memories: &memories, store };
    let mut bytes = emitter.bytes()?;
    if let Some(name) = name(module, &layout.sections) {
        module_name::append(&mut bytes, name)?;
    }
    match sizes.bodies(&bytes, &Sections::find(&bytes)?) {
        Ok(()) => {
            if options.marked {
                state_bound(&mut bytes, options)?;
            }
            Ok(bytes)
        }
        Err(PrepareError::Invalid { offset, message }) => {
            let origin = emitter.origin(offset).unwrap_or(module.len()).min(module.len());
            Err(PrepareError::Invalid { offset: origin, message })
        }
        Err(error) => Err(error),
    }
}

/// Has a module that says that it is prepared state its bound. One that states another is refused.
fn state_bound(module: &mut Vec<u8>, options: &Options) -> Result<(), PrepareError> {
    let prepared = believe(module, options)?;
    let bound = prepared.bound_section()?;
    if let Some((module, stated)) = prepared.stated() {
        let at = stated.start;
        if module.get(stated) == Some(&bound) {
            return Ok(());
        }
        return Err(PrepareError::invalid(at, "prepared module states a wrong bound of its heap"));
    }
    custom::append(module, section::BOUND, &[&bound])
}
