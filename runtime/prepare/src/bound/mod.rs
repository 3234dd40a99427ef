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
mod figures;
mod frame;
mod frequent;
mod function;
mod growth;
mod imports;
mod instance;
mod load;
mod loaded;
mod loading;
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
pub use figures::{Bound, Heap, InstanceBound};
pub use function::FunctionBound;
use loaded::Beginning;
pub use loading::Loading;
use outline::Outline;
use sum::Sum;

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
        let coarse = self.coarse(loading, &sections, &outline, weight);
        if is_enough(&coarse) {
            return Ok(coarse);
        }
        self.near(loading, &sections, &mut facts, &outline)
    }

    /// Kept out of the frame from which the code is followed.
    #[inline(never)]
    fn coarse(
        &self,
        loading: Loading,
        sections: &Sections,
        outline: &Outline,
        weight: &Weight,
    ) -> Bound {
        let functions = Functions::coarse(weight, outline.sum, loading);
        self.added_up(loading, sections, outline, &functions)
    }

    #[inline(never)]
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
    #[inline(never)]
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
