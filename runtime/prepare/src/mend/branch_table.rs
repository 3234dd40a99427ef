//! Fault 7: values that a `br_table` carries stay above operands that no target keeps.
//!
//! The values are moved only where the targets have different heights; where all have one, it is
//! taken to be that of the values.
//!
//! The values and the index wait in local variables while the operands in between are dropped.

use super::{
    super::{
        assembler::Assembler,
        error::PrepareError,
        memories::push,
        opcode,
        scratch::{Class, Scratch},
    },
    signature::Values,
};
use alloc::vec::Vec;
use wasmparser::ValType;

pub(super) const FAULT: &str = "prepared module with an unmended br_table that carries values";

/// A `br_table` to be mended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BranchTable {
    values: Values,
    /// How many operands are between the values and what the targets keep.
    between: u32,
}

impl BranchTable {
    /// The fault, if it is one: the table carries such values, `between` operands are between them
    /// and what all targets keep.
    pub(super) fn fault(
        module: &[u8],
        values: Values,
        between: u32,
    ) -> Result<Option<Self>, PrepareError> {
        let fault = between > 0 && in_registers(module, values)? < values.count;
        Ok(fault.then_some(Self { values, between }))
    }

    /// The local variables in which the index and the values wait.
    pub(super) fn scratch(&self, module: &[u8]) -> Result<Scratch, PrepareError> {
        let mut scratch = Scratch::default();
        scratch.take(Class::I32);
        self.values.each(module, |ty| {
            scratch.take(Class::of(ty));
            Ok(())
        })?;
        Ok(scratch)
    }

    /// Emits what precedes the table.
    pub(super) fn write(
        &self,
        module: &[u8],
        assembler: &mut Assembler<'_, '_>,
        mut scratch: Scratch,
    ) -> Result<(), PrepareError> {
        let index = scratch.take(Class::I32);
        let mut locals = Vec::new();
        self.values.each(module, |ty| push(&mut locals, scratch.take(Class::of(ty))))?;
        assembler.local(opcode::LOCAL_SET, index);
        for &local in locals.iter().rev() {
            assembler.local(opcode::LOCAL_SET, local);
        }
        assembler.repeat(opcode::DROP, self.between);
        for &local in &locals {
            assembler.local(opcode::LOCAL_GET, local);
        }
        assembler.local(opcode::LOCAL_GET, index);
        Ok(())
    }
}

/// How many of the values a branch carries in registers: the last ones, of different kinds.
fn in_registers(module: &[u8], values: Values) -> Result<u32, PrepareError> {
    let mut kinds = [None; 3];
    values.each(module, |ty| {
        let [last, second, _] = kinds;
        kinds = [kind(ty), last, second];
        Ok(())
    })?;
    let [last, second, third] = kinds;
    Ok(match (last, second, third) {
        (None, ..) => 0,
        (Some(_), None, _) => 1,
        (Some(last), Some(second), _) if last == second => 1,
        (Some(_), Some(_), None) => 2,
        (Some(last), Some(second), Some(third)) if third == last || third == second => 2,
        (Some(_), Some(_), Some(_)) => 3,
    })
}

/// The register of a type; vectors have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RegisterKind {
    Integer,
    F32,
    F64,
}

fn kind(ty: ValType) -> Option<RegisterKind> {
    match ty {
        ValType::I32 | ValType::I64 | ValType::Ref(_) => Some(RegisterKind::Integer),
        ValType::F32 => Some(RegisterKind::F32),
        ValType::F64 => Some(RegisterKind::F64),
        ValType::V128 => None,
    }
}
