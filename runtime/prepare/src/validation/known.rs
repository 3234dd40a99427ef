//! What is known of a module outside of its code.

use super::{Proposals, fault::Fault, signatures::Signatures, value};
use alloc::vec::Vec;

/// A global: its type, and whether it can be set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Global {
    pub(super) ty: u8,
    pub(super) mutable: bool,
}

/// A table: the type of its elements, and whether it has 64-bit indices.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub(super) element: u8,
    pub(super) is_64: bool,
}

impl Table {
    /// The type of its indices.
    pub(super) const fn address(self) -> u8 {
        value::address(self.is_64)
    }
}

/// What is known of a module outside of its code.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) types: Signatures,
    /// The type of each function, imported or defined.
    pub(super) functions: Vec<u32>,
    pub(super) imported_functions: usize,
    /// A bit for each function that is referred to outside of code.
    pub(super) referenced: Vec<u32>,
    pub(super) tables: Vec<Table>,
    /// Whether each memory has 64-bit addresses.
    pub(super) memories: Vec<bool>,
    pub(super) globals: Vec<Global>,
    pub(super) imported_globals: usize,
    /// The type of each element segment.
    pub(super) elements: Vec<u8>,
    /// How many data segments there are, if that is said ahead of the code.
    pub(super) data: Option<u32>,
    pub(super) proposals: Proposals,
}

const BITS: u32 = u32::BITS;

impl Known {
    pub(super) fn function(&self, index: u32) -> Result<u32, Fault> {
        at(&self.functions, index, Fault::UnknownFunction)
    }

    pub(super) fn table(&self, index: u32) -> Result<Table, Fault> {
        at(&self.tables, index, Fault::UnknownTable)
    }

    pub(super) fn global(&self, index: u32) -> Result<Global, Fault> {
        at(&self.globals, index, Fault::UnknownGlobal)
    }

    pub(super) fn element(&self, index: u32) -> Result<u8, Fault> {
        at(&self.elements, index, Fault::UnknownElement)
    }

    /// The type of addresses of a memory.
    pub(super) fn memory(&self, index: u32) -> Result<u8, Fault> {
        at(&self.memories, index, Fault::UnknownMemory).map(value::address)
    }

    pub(super) fn segment(&self, index: u32) -> Result<(), Fault> {
        match self.data {
            None => Err(Fault::DataCountMissing),
            Some(count) if index >= count => Err(Fault::UnknownData),
            Some(_) => Ok(()),
        }
    }

    /// Notes that a function is referred to outside of code.
    pub(super) fn refer(&mut self, function: u32) -> Result<(), Fault> {
        self.function(function)?;
        let word = (function / BITS) as usize;
        if word >= self.referenced.len() {
            let words = self.functions.len().div_ceil(BITS as usize);
            let more = words - self.referenced.len();
            self.referenced.try_reserve_exact(more).map_err(|_| Fault::OutOfMemory)?;
            self.referenced.resize(words, 0);
        }
        if let Some(bits) = self.referenced.get_mut(word) {
            *bits |= 1 << (function % BITS);
        }
        Ok(())
    }

    pub(super) fn is_referenced(&self, function: u32) -> bool {
        let bits = self.referenced.get((function / BITS) as usize).copied().unwrap_or(0);
        bits >> (function % BITS) & 1 == 1
    }
}

fn at<T: Copy>(items: &[T], index: u32, fault: Fault) -> Result<T, Fault> {
    items.get(usize::try_from(index).unwrap_or(usize::MAX)).copied().ok_or(fault)
}
