//! What is known of a guest without running it: its memories, and bounds of its heap.

use crate::board::Board;
use crate::costs::{Costs, ENGINE, ENGINE_PEAK, INSTANTIATED, LOADED, PEAK};
use crate::invocation::Invocation;
use crate::linking::Linking;
use crate::native_stack::{self, NativeStack};
use std::borrow::Cow;
use vellum_prepare::{Bound, Loading, MemoryDecl, Prepared, prepare};

/// Types of functions that the engine and the host's own functions have before the guest comes.
pub(crate) const HOST_TYPES: usize = 24;

/// What is known of a guest, in bytes.
#[derive(Debug)]
pub(crate) struct Known {
    module: u64,
    minimum: u64,
    /// What the module declares; `None` for a memory without a maximum.
    maximum: Option<u64>,
    /// `None` of a module in parts, whose heap depends on which are called.
    bound: Option<Bound>,
    /// What the chip has beside while it loads the module: the copy that it prepares, and what it knows of it.
    beside: usize,
    linking: Linking,
    /// What the board's firmware takes of its native stack, if that is on record.
    stack: Option<NativeStack>,
}

impl Known {
    /// Reads a module as the chip gets it. `None` if it is invalid, which the chip tells.
    pub(crate) fn of(binary: &[u8], invocation: &Invocation, board: &Board) -> Option<Self> {
        let prepared = prepare(binary, &invocation.options(binary)).ok()?;
        let lazy = invocation.settings.lazy;
        let loading =
            Loading { fuel: invocation.fuel.is_some(), translates: !lazy, types: HOST_TYPES };
        let bytes = |pages: Option<u64>, memory: &MemoryDecl| {
            pages.map(|pages| pages.saturating_mul(memory.ty.page_size()))
        };
        let minimum = prepared.memories.iter().map(|it| bytes(Some(it.ty.minimum()), it));
        let maximum = prepared.memories.iter().map(|it| bytes(it.ty.maximum(), it));
        let bound = match invocation.settings.parts {
            Some(_) => None,
            None => Some(prepared.bound(loading).ok()?),
        };
        Some(Self {
            module: binary.len() as u64,
            minimum: minimum.sum::<Option<u64>>()?,
            maximum: maximum.sum(),
            bound,
            beside: beside(&prepared),
            linking: Linking::of(binary),
            stack: native_stack::bound(&board.name),
        })
    }

    /// The same for an image whose native stack is not on record.
    pub(crate) fn without_stack(self) -> Self {
        Self { stack: None, ..self }
    }

    /// What is known as it is.
    pub(crate) fn facts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let maximum = self.maximum.map(|bytes| ("memory at most", bytes));
        [("module in flash", self.module), ("memory at first", self.minimum)]
            .into_iter()
            .chain(maximum)
    }

    /// Whether the module's memories may be larger than this, by their types.
    pub(crate) fn grows_beyond(&self, bytes: u64) -> bool {
        self.maximum.is_none_or(|maximum| maximum > bytes)
    }

    /// The bound of a figure, as far as it needs what was measured of the engine.
    pub(crate) fn bound(&self, what: &str, costs: &Costs) -> Option<u64> {
        let Bound { load, instance, entries, .. } = self.bound?;
        let loaded = (load.kept + entries) as u64;
        match what {
            LOADED => Some(loaded),
            INSTANTIATED => {
                let instance = instance.imports.kept + instance.instance.kept;
                Some(loaded.saturating_add(instance.saturating_add(self.linking.kept) as u64))
            }
            PEAK => {
                let loading = (load.peak + entries + self.beside) as u64;
                let instance = instance.imports.peak + instance.instance.peak;
                let instance = instance.saturating_add(self.linking.peak) as u64;
                let loading = costs.figure(ENGINE)? + loading;
                let engine = costs.figure(ENGINE_PEAK)?;
                Some(loading.max((engine + loaded).saturating_add(instance)))
            }
            _ => self.stack?.figure(what),
        }
    }
}

/// Bytes beside those that loading takes. What is known of a module is larger here, with longer pointers.
fn beside(prepared: &Prepared<'_>) -> usize {
    let copy = match &prepared.code {
        Cow::Borrowed(_) => 0,
        Cow::Owned(code) => code.len(),
    };
    let Prepared { memories, data, helpers, .. } = prepared;
    copy + size_of_val(prepared)
        + size_of_val(memories.as_slice())
        + size_of_val(data.as_slice())
        + size_of_val(helpers.as_slice())
}
