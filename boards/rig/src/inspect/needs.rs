//! What a module needs, and which boards have it.

use super::room::Room;
use crate::advice::advice;
use crate::board::Board;
use crate::figures::thousands;
use crate::invocation::Invocation;
use crate::known::HOST_TYPES;
use crate::linking::Linking;
use vellum_prepare::{Bound, Loading, prepare};
use wasmparser::MemoryType;

const PAGE: u64 = 65_536;

/// What a module needs, in bytes.
#[derive(Debug)]
pub(crate) struct Needs {
    pub(crate) module: u64,
    /// What its memories have at first.
    pub(crate) memory: u64,
    memories: Vec<MemoryType>,
    /// Bounds of the heap for loading and instantiating it, beside the engine's.
    pub(crate) heap: Option<Bound>,
    linking: Linking,
}

/// Whether a board has it.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) board: String,
    /// What the board has.
    pub(crate) room: Room,
    /// What is missing, as the board's firmware would say it; none if the module fits.
    pub(crate) missing: Vec<String>,
    /// Whether the bound of the heap is above what the board has, and the heap alone: less may do.
    pub(crate) is_open: bool,
    /// How to build the module so that it needs less.
    pub(crate) advice: Vec<String>,
}

impl Needs {
    /// What the module needs as the chip gets it, by these settings.
    pub(crate) fn of(binary: &[u8], memories: &[MemoryType], invocation: &Invocation) -> Self {
        let lazy = invocation.settings.lazy;
        let loading =
            Loading { fuel: invocation.fuel.is_some(), translates: !lazy, types: HOST_TYPES };
        let prepared = prepare(binary, &invocation.options(binary)).ok();
        let memory = memories.iter().map(|memory| bytes(*memory, memory.initial));
        Self {
            module: binary.len() as u64,
            memory: memory.fold(0, u64::saturating_add),
            memories: memories.to_vec(),
            heap: prepared.and_then(|prepared| prepared.bound(loading).ok()),
            linking: Linking::of(binary),
        }
    }

    /// Bytes of heap at most while the module is loaded and instantiated, without the engine.
    pub(crate) fn heap_peak(&self) -> Option<u64> {
        let Bound { load, instance, entries, .. } = self.heap?;
        let instance = load.kept + instance.imports.peak + instance.instance.peak;
        let instantiated = instance.saturating_add(self.linking.peak);
        Some(entries.saturating_add(load.peak.max(instantiated)) as u64)
    }

    /// Bytes that the memories reserve of a pool of this size.
    fn reserved(&self, pool: u64, reserve: Option<u16>) -> u64 {
        let reserve = reserve.map_or(pool / PAGE / 4 * PAGE, |pages| u64::from(pages) * PAGE);
        let reserved = |memory: &MemoryType| {
            let least = bytes(*memory, memory.initial);
            let wanted = memory
                .maximum
                .map_or(least.saturating_add(reserve), |maximum| bytes(*memory, maximum));
            wanted.min(pool / PAGE * PAGE).max(least)
        };
        self.memories.iter().map(reserved).fold(0, u64::saturating_add)
    }

    /// Compares with what a board has.
    pub(crate) fn verdict(
        &self,
        binary: &[u8],
        board: &Board,
        invocation: &Invocation,
    ) -> Option<Verdict> {
        let room = Room::of(&board.name)?;
        let pool = room.pool.unwrap_or(room.heap);
        let memory = self.reserved(pool, invocation.settings.reserve);
        let (mut missing, mut kinds) = (Vec::new(), Vec::new());
        let mut lacks = |what: &str, kind: &str, needed: u64, has: u64| {
            if needed > has {
                missing.push(format!(
                    "{what}: needs {}, has {}",
                    thousands(needed),
                    thousands(has)
                ));
                kinds.push(kind.to_owned());
            }
        };
        lacks("flash for the module", "flash", self.module, room.flash);
        lacks("memory", "out of pages", memory, pool);
        let certain = missing.len();
        if let Some(bound) = self.heap_peak() {
            // Pages that the board takes of its heap.
            let lent = if room.pool.is_none() { memory } else { 0 };
            let heap = room.heap.saturating_sub(lent);
            let needed = bound.saturating_add(room.engine);
            let lacks = needed > heap && memory <= pool;
            if lacks {
                let (bound, heap) = (thousands(needed), thousands(heap));
                missing.push(format!("heap: needs {bound} at most, has {heap}"));
                kinds.push("out of heap".to_owned());
            }
        }
        let is_open = certain == 0 && !missing.is_empty();
        let advice = advice(&kinds, binary);
        Some(Verdict { board: board.name.clone(), room, missing, is_open, advice })
    }
}

fn bytes(memory: MemoryType, pages: u64) -> u64 {
    let page = 1_u64.checked_shl(memory.page_size_log2.unwrap_or(16)).unwrap_or(u64::MAX);
    pages.saturating_mul(page)
}
