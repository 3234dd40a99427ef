//! What must be known of a module to find what to mend in its bodies.

use super::{
    super::{
        error::PrepareError,
        lookup::at,
        memories::{MemoryDecl, push},
        section::{FUNCTION, IMPORT, Sections},
    },
    frame::Frame,
    operand::Operand,
    signature::Signature,
    tail_callers::TailCallers,
};
use alloc::vec::Vec;
use wasmparser::{Import, TypeRef};

/// What must be known of a module to find what to mend in its bodies.
pub(crate) struct Facts<'a> {
    pub(super) module: &'a [u8],
    memories: &'a [MemoryDecl],
    /// What the pass has made, if it has made the module.
    prepared: Option<PreparedFacts>,
    signatures: Vec<Signature>,
    /// The type of every function, imported or defined.
    functions: Vec<u32>,
    /// How many functions are imported.
    imported: u32,
    tail_callers: TailCallers,
    /// Whether any type has parameters, so that a block could.
    pub(super) some_parameters: bool,
    /// Whether any type has results that a branch could carry in slots of the frame.
    pub(super) some_values: bool,
    sections: &'a Sections,
    /// Room for the operands and the blocks of one function at a time.
    pub(super) room: Room,
}

/// What was allocated for one function, for the next one.
#[derive(Default)]
pub(super) struct Room {
    pub(super) operands: Vec<Operand>,
    pub(super) frames: Vec<Frame>,
}

/// A module that the pass has made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PreparedFacts {
    /// The index of its table of helpers, if it has one.
    pub(crate) host_table: Option<u32>,
}

impl<'a> Facts<'a> {
    pub(crate) fn of(
        module: &'a [u8],
        sections: &'a Sections,
        memories: &'a [MemoryDecl],
        prepared: Option<PreparedFacts>,
    ) -> Result<Self, PrepareError> {
        let signatures = Signature::all(module, sections)?;
        let mut functions = Vec::new();
        sections.reader(module, IMPORT).vector(|_, import: Import<'_>| match import.ty {
            TypeRef::Func(ty) => push(&mut functions, ty),
            _ => Ok(()),
        })?;
        let imported = u32::try_from(functions.len()).unwrap_or(u32::MAX);
        sections.reader(module, FUNCTION).vector(|_, ty: u32| push(&mut functions, ty))?;
        let some_parameters = signatures.iter().any(|ty| ty.parameters.count > 0);
        let some_values =
            cfg!(feature = "simd") || signatures.iter().any(|ty| ty.results.count > 1);
        Ok(Self {
            module,
            memories,
            prepared,
            signatures,
            functions,
            imported,
            tail_callers: TailCallers::default(),
            some_parameters,
            some_values,
            sections,
            room: Room::default(),
        })
    }

    /// Whether accesses to that memory are replaced by calls.
    pub(super) fn is_locked(&self, memory: u32) -> bool {
        let memory = at(self.memories, memory);
        self.prepared.is_none() && memory.is_some_and(MemoryDecl::is_locked)
    }

    /// Whether accesses to any memory are replaced by calls.
    pub(super) fn locks(&self) -> bool {
        self.prepared.is_none() && self.memories.iter().any(MemoryDecl::is_locked)
    }

    /// The first memory, if the module imports it, and that memory as well, which may be the same.
    pub(super) fn first_if_imported_with(&self, memory: u32) -> Option<&MemoryDecl> {
        let imported = |memory: &&MemoryDecl| memory.imported && !memory.is_locked();
        let other = at(self.memories, memory).filter(imported).filter(|_| memory != 0)?;
        let first = self.memories.first().filter(imported)?;
        let kind = |memory: &MemoryDecl| (memory.ty.is_64(), memory.ty.page_size_log2());
        (kind(first) == kind(other)).then_some(first)
    }

    /// Whether functions in that table are the host's, and of those that never tail-call.
    pub(super) fn is_host_table(&self, table: u32) -> bool {
        self.prepared.is_some_and(|prepared| prepared.host_table == Some(table))
    }

    /// The type of that index.
    pub(super) fn signature(&self, ty: u32) -> Option<Signature> {
        at(&self.signatures, ty).copied()
    }

    /// The type of the function of that index.
    pub(super) fn type_of(&self, function: u32) -> Option<Signature> {
        self.signature(*at(&self.functions, function)?)
    }

    /// Whether a call of that function may end in a tail call that this module does not see, or has
    /// one of its own.
    pub(super) fn may_tail_call(&mut self, function: u32) -> Result<bool, PrepareError> {
        match function.checked_sub(self.imported) {
            None => Ok(true),
            Some(defined) => self.tail_callers.contains(self.module, self.sections, defined),
        }
    }
}
