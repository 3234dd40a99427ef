//! Fault 7: values that a `br_table` carries stay above operands that no target keeps.
//!
//! The values are moved only where the targets have different heights; where all have one, it is
//! taken to be that of the values.
//!
//! The values and the index wait in local variables. The table carries nothing: it leads to the end
//! of an empty block for each target, behind which the values are taken to it by a plain branch.

use super::{
    super::{
        assembler::Assembler,
        error::PrepareError,
        memories::push,
        opcode,
        reader::{Reader, invalid},
        scratch::{Class, Scratch},
    },
    signature::Values,
};
use alloc::{collections::BinaryHeap, vec::Vec};
use core::ops::Range;
use wasmparser::{BrTable, Operator, ValType};

pub(super) const FAULT: &str = "prepared module with an unmended br_table that carries values";

/// As many values, for all targets together, as a table may carry to be mended: each is one
/// instruction.
const MOST_VALUES: u32 = 10_000;

/// A `br_table` to be mended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BranchTable {
    values: Values,
    /// The byte behind the instruction.
    end: usize,
}

impl BranchTable {
    /// The instruction in these bytes of the module, if it carries such values: all its targets
    /// keep the same operands, and not all that are below the values.
    pub(super) fn fault(
        module: &[u8],
        instruction: Range<usize>,
        table: &BrTable<'_>,
        values: Values,
    ) -> Result<Option<Self>, PrepareError> {
        if in_registers(module, values)? == values.count {
            return Ok(None);
        }
        let targets = u32::try_from(distinct(table)?.len()).unwrap_or(u32::MAX);
        if targets.saturating_mul(values.count) > MOST_VALUES {
            let message = "br_table that carries too many values to too many targets";
            return Err(PrepareError::invalid(instruction.start, message));
        }
        Ok(Some(Self { values, end: instruction.end }))
    }

    /// The byte behind the instruction, which is not emitted.
    pub(super) const fn end(&self) -> usize {
        self.end
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

    /// Emits what takes the place of the table.
    pub(super) fn write(
        &self,
        module: &[u8],
        assembler: &mut Assembler<'_, '_>,
        mut scratch: Scratch,
    ) -> Result<(), PrepareError> {
        let index = scratch.take(Class::I32);
        let mut locals = Vec::new();
        self.values.each(module, |ty| push(&mut locals, scratch.take(Class::of(ty))))?;
        let mut reader = Reader::new(module, assembler.origin..self.end);
        let Operator::BrTable { targets: table } = reader.operator()? else { return Ok(()) };
        let targets = distinct(&table)?;

        assembler.local(opcode::LOCAL_SET, index);
        for &local in locals.iter().rev() {
            assembler.local(opcode::LOCAL_SET, local);
        }
        for _ in &targets {
            assembler.instructions(&[opcode::BLOCK, opcode::EMPTY]);
        }
        assembler.local(opcode::LOCAL_GET, index);
        assembler.local(opcode::BRANCH_TABLE, table.len());
        for target in every(&table) {
            assembler.immediate(position(&targets, target?));
        }
        let mut around = (0..targets.len() as u32).rev();
        for target in targets {
            assembler.instructions(&[opcode::END]);
            for &local in &locals {
                assembler.local(opcode::LOCAL_GET, local);
            }
            let around = around.next().unwrap_or_default();
            assembler.local(opcode::BRANCH, target.saturating_add(around));
        }
        Ok(())
    }
}

/// Every target, the default one last.
fn every(table: &BrTable<'_>) -> impl Iterator<Item = Result<u32, PrepareError>> {
    let default = table.default();
    table.targets().map(|target| target.map_err(invalid)).chain([Ok(default)])
}

/// The targets, each once, in order.
fn distinct(table: &BrTable<'_>) -> Result<Vec<u32>, PrepareError> {
    let mut targets = Vec::new();
    for target in every(table) {
        push(&mut targets, target?)?;
    }
    // A tenth of the code of a sort, and in place too.
    let mut targets = BinaryHeap::from(targets).into_sorted_vec();
    targets.dedup();
    Ok(targets)
}

/// Where a target is among all of them.
fn position(targets: &[u32], target: u32) -> u32 {
    targets.partition_point(|other| *other < target) as u32
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
