//! What a bound says.

use super::sum::Sum;

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
