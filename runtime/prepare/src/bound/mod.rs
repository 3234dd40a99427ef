//! How much heap a module takes on a chip, from its bytes alone.
//!
//! The bound follows what the interpreter, `wasmi` 2.0.0, allocates, in order, with the sizes that its
//! values have where pointers have 32 bits; where a vector grows, both its blocks count. For the code
//! of functions it follows the interpreter's translator, remembering of each operand only whether it is
//! a local variable, a slot, a register or a constant. What it can't know is taken to be the worst.
//!
//! It is linear in the module's length, whatever the module, and takes at most 4 KiB of heap for a
//! moment. What goes beyond what it remembers (the uppermost 128 operands, 256 nested blocks, 128
//! globals, 32 groups of local variables) only makes it coarser.

mod access;
mod body;
mod branch;
mod buffers;
mod bytes;
mod checkpoints;
mod code;
mod control;
mod dead;
mod facts;
mod frame;
mod frequent;
mod function;
mod growth;
mod imports;
mod instance;
mod load;
mod loaded;
mod locals;
mod lost;
mod operand;
mod operands;
mod outline;
mod plain;
mod progress;
mod registered;
mod stated;
mod steps;
mod sum;
mod validation;
mod value;
mod walk;
mod work;

use super::{
    error::PrepareError,
    prepared::Prepared,
    section::{DATA, Sections},
    validation::Weight,
};
use code::Functions;
use facts::Facts;
pub use function::FunctionBound;
use loaded::Beginning;
use outline::Outline;
use sum::Sum;

/// How an engine loads modules, as far as the heap that they take depends on it.
///
/// ```
/// use vellum_prepare::{Loading, Options, prepare};
///
/// let module = wat::parse_str("(module (func (param i32) (drop (local.get 0))))")?;
/// let module = prepare(&module, &Options::new())?;
/// let eager = module.bound(Loading::default())?;
/// let lazy = module.bound(Loading { translates: false, ..Loading::default() })?;
/// assert!(lazy.load.peak < eager.load.peak);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loading {
    /// Whether fuel is counted.
    pub fuel: bool,
    /// Whether functions are translated when their module is loaded, or when they are called first.
    pub translates: bool,
    /// How many types of functions the engine keeps already, at most.
    pub types: usize,
}

/// Eagerly, without fuel, in an engine that has loaded no other module.
impl Default for Loading {
    fn default() -> Self {
        Self { fuel: false, translates: true, types: 0 }
    }
}

/// Bytes of heap: how many stay, and how many there are at most on the way.
///
/// ```
/// use vellum_prepare::{Loading, Options, prepare};
///
/// let module = wat::parse_str("(module (func (param i32) (drop (local.get 0))))")?;
/// let module = prepare(&module, &Options::new())?;
/// let heap = module.bound(Loading::default())?.load;
/// assert!(heap.kept <= heap.peak && heap.peak <= heap.placed && heap.largest < heap.peak);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Heap {
    /// The most that there are at one time, in bytes.
    pub peak: usize,
    /// What stays, in bytes.
    pub kept: usize,
    /// The most that there are at one time with what an allocator adds to each block: 8 bytes, and
    /// what is missing to a multiple of 16.
    pub placed: usize,
    /// The largest single block, in bytes.
    pub largest: usize,
}

impl From<Sum> for Heap {
    fn from(Sum { kept, peak, .. }: Sum) -> Self {
        let (placed, largest) = (peak.placed, peak.largest);
        Self { peak: peak.asked, kept: kept.asked, placed, largest }
    }
}

/// An upper bound of the heap that a module takes where pointers have 32 bits.
///
/// ```
/// use vellum_prepare::{Bound, Loading, Options, prepare};
///
/// let module = wat::parse_str("(module (func (param i32) (drop (local.get 0))))")?;
/// let module = prepare(&module, &Options::new())?;
/// let Bound { load, instance, code, .. } = module.bound(Loading::default())?;
/// assert!(load.peak > code);
/// assert_eq!(module.instance_bound()?, instance);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Bound {
    /// What loading takes, without the module's bytes and its prepared copy, and without the
    /// interpreter's entries of functions.
    pub load: Heap,
    /// What instantiating takes.
    pub instance: InstanceBound,
    /// What the interpreter's entries of functions take, in an engine that has loaded no other module.
    pub entries: usize,
    /// What the interpreter's code of all functions takes.
    pub code: usize,
}

impl Bound {
    /// What the runtime takes for each module besides what the interpreter does.
    #[doc(hidden)]
    pub const MODULE: usize = 176;

    /// What the runtime keeps of what the pass has made of a module, memories, data and helpers apart, while it
    /// loads; with a few bytes more, which small modules were measured to need.
    #[doc(hidden)]
    pub const PREPARED: usize = 460;
}

/// An upper bound of the heap that instantiating a module takes where pointers have 32 bits.
///
/// ```
/// use vellum_prepare::{InstanceBound, Options, prepare};
///
/// let module = wat::parse_str(r#"(module (import "env" "log" (func (param i32))))"#)?;
/// let module = prepare(&module, &Options::new())?;
/// let InstanceBound { imports, instance } = module.instance_bound()?;
/// assert!(imports.kept > 0 && instance.kept > 0);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct InstanceBound {
    /// What a linker takes that makes functions of the host for those that the module imports, in a
    /// store that has none. They have the types that are imported.
    pub imports: Heap,
    /// What an instance takes, the first one in a store that has nothing but its imports, without
    /// pages and stacks. Where functions are translated when they are called, a start function may call
    /// all of them.
    pub instance: Heap,
}

impl Prepared<'_> {
    /// An upper bound of the heap that the module takes.
    ///
    /// Of an invalid module it is that of what comes before the fault.
    ///
    /// # Errors
    ///
    /// If the heap has no room for the few kilobytes that it takes itself.
    pub fn bound(&self, loading: Loading) -> Result<Bound, PrepareError> {
        let sections = Sections::find(&self.code)?;
        let mut facts = Facts::new(&self.code, &sections);
        let outline = Outline::read(&mut facts, &sections);
        self.near(loading, &sections, &mut facts, &outline)
    }

    /// As [`bound`](Self::bound), but without following the code if a coarse bound is good enough, which is mostly
    /// several times as high. It is made of what [validation](Self::validate) has told, and takes no heap.
    ///
    /// # Errors
    ///
    /// As for [`bound`](Self::bound).
    ///
    /// ```
    /// use vellum_prepare::{Loading, Options, prepare};
    ///
    /// let module = wat::parse_str("(module (func (param i32) (drop (local.get 0))))")?;
    /// let module = prepare(&module, &Options::new())?;
    /// let loading = Loading::default();
    /// let weight = module.validate(true)?;
    /// let near = module.bound_for(loading, &weight, &|coarse| coarse.load.placed <= 1000)?;
    /// assert_eq!(near, module.bound(loading)?);
    /// let coarse = module.bound_for(loading, &weight, &|coarse| coarse.load.placed <= 100_000)?;
    /// assert!(near.load.peak < coarse.load.peak);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn bound_for(
        &self,
        loading: Loading,
        weight: &Weight,
        is_enough: &dyn Fn(&Bound) -> bool,
    ) -> Result<Bound, PrepareError> {
        let sections = Sections::find(&self.code)?;
        let mut facts = Facts::new(&self.code, &sections);
        let outline = Outline::read(&mut facts, &sections);
        let functions = Functions::coarse(weight, outline.sum, loading);
        let coarse = self.added_up(loading, &sections, &outline, &functions);
        if is_enough(&coarse) {
            return Ok(coarse);
        }
        self.near(loading, &sections, &mut facts, &outline)
    }

    fn near(
        &self,
        loading: Loading,
        sections: &Sections,
        facts: &mut Facts<'_>,
        outline: &Outline,
    ) -> Result<Bound, PrepareError> {
        let functions = Functions::measure(facts, sections, outline.sum, loading)?;
        Ok(self.added_up(loading, sections, outline, &functions))
    }

    fn added_up(
        &self,
        loading: Loading,
        sections: &Sections,
        outline: &Outline,
        functions: &Functions,
    ) -> Bound {
        let data = self.segments(sections);
        let mut instance = self.instance_sum(outline, data);
        if self.start && !loading.translates {
            functions.translated(&mut instance);
        }
        Bound {
            load: Beginning::of(outline)
                .heap(&self.load(loading, outline, functions, data), loading.types),
            instance: self.instance(outline, instance),
            entries: entries(outline),
            code: functions.code.asked,
        }
    }

    /// As [`Bound::instance`] where functions are translated when their module is loaded, found without
    /// looking at their code.
    ///
    /// # Errors
    ///
    /// If the module is malformed.
    pub fn instance_bound(&self) -> Result<InstanceBound, PrepareError> {
        let sections = Sections::find(&self.code)?;
        let outline = Outline::read(&mut Facts::new(&self.code, &sections), &sections);
        let sum = self.instance_sum(&outline, self.segments(&sections));
        Ok(self.instance(&outline, sum))
    }

    fn instance(&self, outline: &Outline, sum: Sum) -> InstanceBound {
        let imports = imports::imports(outline, self.defined_memories());
        InstanceBound { imports: imports.into(), instance: sum.into() }
    }

    fn instance_sum(&self, outline: &Outline, data: usize) -> Sum {
        instance::instance(outline, data, self.helpers.len(), self.defined_memories())
    }

    fn defined_memories(&self) -> usize {
        self.memories.iter().filter(|memory| !memory.imported).count()
    }

    /// Data segments, as the code declares them.
    fn segments(&self, sections: &Sections) -> usize {
        sections.reader(&self.code, DATA).var_u32().unwrap_or(0) as usize
    }
}

/// What the interpreter's entries of functions take.
fn entries(outline: &Outline) -> usize {
    /// Bytes of an entry, and how many the engine has of its own.
    const ENTRY: usize = 48;
    const ENTRIES: usize = 4;
    growth::arena(ENTRIES, outline.defined.functions, ENTRY).placed
}
