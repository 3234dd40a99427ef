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

mod body;
mod checkpoints;
mod code;
mod control;
mod dead;
mod facts;
mod frame;
mod growth;
mod instance;
mod locals;
mod lost;
mod module;
mod operand;
mod operands;
mod plain;
mod sum;
mod value;
mod walk;
mod work;

use super::{
    error::PrepareError,
    prepared::Prepared,
    section::{DATA, Sections},
};
use code::Functions;
use facts::Facts;
use module::Outline;

/// Bytes of heap: how many stay, and how many there are at most on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Heap {
    /// The most that there are at one time, in bytes.
    pub peak: usize,
    /// What stays, in bytes.
    pub kept: usize,
}

/// An upper bound of the heap that a module takes where pointers have 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Bound {
    /// What loading takes, without the module's bytes and its prepared copy, and without the
    /// interpreter's entries of functions.
    pub load: Heap,
    /// What the first instance in a new store takes, the store and functions of the host for all
    /// imports included, without memories and stacks.
    pub instance: Heap,
    /// What the interpreter's entries of functions take, in an engine that has loaded no other module.
    pub entries: usize,
    /// What the interpreter's code of all functions takes.
    pub code: usize,
    /// The largest single block of these, in bytes.
    pub largest: usize,
}

/// Bytes of what the pass has made of a module, data and memories apart.
const PREPARED: usize = 520;
/// Bytes of the interpreter's module, of a data segment in it, and of what is shared of one.
const MODULE: usize = 60;
const SEGMENT: usize = 24;
const SHARED: usize = 8;
/// Bytes that giving back the translator's buffers takes.
const RELEASE: usize = 2016;
/// Bytes of the runtime's module, and for each data segment and each import.
const INNER: usize = 160;
const DATA_SEGMENT: usize = 32;
const ORDER: usize = 8;
/// And for each memory.
const MEMORY: usize = 48;

impl Prepared<'_> {
    /// An upper bound of the heap that the module takes, translated eagerly, with fuel or without.
    ///
    /// Of an invalid module it is that of what comes before the fault.
    ///
    /// # Errors
    ///
    /// If the heap has no room for the few kilobytes that it takes itself.
    pub fn bound(&self, fuel: bool) -> Result<Bound, PrepareError> {
        let sections = Sections::find(&self.code)?;
        let mut facts = Facts::new(&self.code);
        let mut outline = Outline::default();
        outline.read(&mut facts, &sections);
        let functions = Functions::measure(&mut facts, &sections, fuel)?;
        let data = sections.reader(&self.code, DATA).var_u32().unwrap_or(0) as usize;
        let mut load = outline.sum;
        let mut kept = outline.module.saturating_add(functions.code);
        load.add(PREPARED);
        let buffers = functions.buffers();
        if functions.count > 0 {
            // A buffer grows before the code of the function that it grows for is kept.
            let largest = functions.largest.code as usize;
            load.add(functions.code.saturating_sub(largest));
            load.add(buffers.kept);
            load.moment(buffers.peak - buffers.kept);
            load.add(largest);
        }
        if data > 0 {
            let bytes = data.max(4).saturating_mul(SEGMENT + SHARED);
            load.add(bytes);
            kept = kept.saturating_add(bytes);
        }
        load.add(MODULE);
        kept = kept.saturating_add(MODULE);
        // In the end the buffers are given back, which takes some more.
        load.peak = load.peak.max(kept.saturating_add(buffers.kept).saturating_add(RELEASE));
        kept = kept.saturating_add(INNER);
        kept = kept.saturating_add(self.data.len().saturating_mul(DATA_SEGMENT));
        kept = kept.saturating_add(self.memories.len().saturating_mul(MEMORY));
        kept = kept.saturating_add(outline.imports.saturating_mul(ORDER));
        /// Bytes of an entry, and how many the engine has of its own.
        const ENTRY: usize = 48;
        const ENTRIES: usize = 4;
        let functions_defined = outline.defined.functions.saturating_add(ENTRIES);
        let entries = growth::blocks(functions_defined) - growth::blocks(ENTRIES);
        let memories = self.memories.iter().filter(|memory| !memory.imported).count();
        let instance = instance::first(&outline, data, self.helpers.len(), memories);
        Ok(Bound {
            load: Heap { peak: load.peak, kept },
            instance: Heap { peak: instance.peak, kept: instance.kept },
            entries: entries.saturating_mul(ENTRY),
            code: functions.code,
            largest: functions.largest.code as usize,
        })
    }
}
