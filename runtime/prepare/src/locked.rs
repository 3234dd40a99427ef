//! Accesses to locked memories, all of which are calls of the host.

use super::{
    access::Access,
    atomics::{AtomicInstruction, Operation},
    call::{Call, Constant, Operands},
    helper::Helper,
    memory_argument::MemoryArgument,
    opcode,
};
use vellum_memory::AtomicRmw;

/// A load or store that is not atomic.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain {
    store: bool,
    /// The number of bytes as a power of two.
    pub(super) width: u8,
    /// What makes a value an `i64` with the same low bits, or the `i64` loaded a value.
    conversion: &'static [u8],
}

/// The load or store of that opcode.
pub(super) fn plain(code: u8) -> Option<Plain> {
    use opcode::{
        F32_REINTERPRET_I32, F64_REINTERPRET_I64, I32_EXTEND8_S, I32_EXTEND16_S,
        I32_REINTERPRET_F32, I32_WRAP_I64, I64_EXTEND_I32_U, I64_EXTEND8_S, I64_EXTEND16_S,
        I64_EXTEND32_S, I64_REINTERPRET_F64,
    };
    let (store, width, conversion): (_, _, &[u8]) = match code {
        0x28 => (false, 2, &[I32_WRAP_I64]),
        0x29 => (false, 3, &[]),
        0x2a => (false, 2, &[I32_WRAP_I64, F32_REINTERPRET_I32]),
        0x2b => (false, 3, &[F64_REINTERPRET_I64]),
        0x2c => (false, 0, &[I32_WRAP_I64, I32_EXTEND8_S]),
        0x2d => (false, 0, &[I32_WRAP_I64]),
        0x2e => (false, 1, &[I32_WRAP_I64, I32_EXTEND16_S]),
        0x2f => (false, 1, &[I32_WRAP_I64]),
        0x30 => (false, 0, &[I64_EXTEND8_S]),
        0x31 => (false, 0, &[]),
        0x32 => (false, 1, &[I64_EXTEND16_S]),
        0x33 => (false, 1, &[]),
        0x34 => (false, 2, &[I64_EXTEND32_S]),
        0x35 => (false, 2, &[]),
        0x36 => (true, 2, &[I64_EXTEND_I32_U]),
        0x37 => (true, 3, &[]),
        0x38 => (true, 2, &[I32_REINTERPRET_F32, I64_EXTEND_I32_U]),
        0x39 => (true, 3, &[I64_REINTERPRET_F64]),
        0x3a => (true, 0, &[I64_EXTEND_I32_U]),
        0x3b => (true, 1, &[I64_EXTEND_I32_U]),
        0x3c => (true, 0, &[]),
        0x3d => (true, 1, &[]),
        0x3e => (true, 2, &[]),
        _ => return None,
    };
    Some(Plain { store, width, conversion })
}

/// The call for a load or store that is not atomic.
pub(super) fn plain_call(plain: Plain, argument: &MemoryArgument, wide: bool) -> Call {
    let Plain { store, width, conversion } = plain;
    let constants = constants(argument, width, false, AtomicRmw::Add);
    if store {
        let operands = Operands::Last(conversion);
        Call { helper: Helper::Store { wide }, operands, constants, result: &[] }
    } else {
        let operands = Operands::Last(&[]);
        Call { helper: Helper::Load { wide }, operands, constants, result: conversion }
    }
}

/// The call for an atomic access.
pub(super) fn atomic_call(
    instruction: AtomicInstruction,
    argument: &MemoryArgument,
    wide: bool,
) -> Call {
    let AtomicInstruction { operation, long, width } = instruction;
    let (extend, wrap): (&[u8], &[u8]) =
        if long { (&[], &[]) } else { (&[opcode::I64_EXTEND_I32_U], &[opcode::I32_WRAP_I64]) };
    let value = Operands::Last(extend);
    let mut rmw = AtomicRmw::Add;
    let (helper, operands, result) = match operation {
        Operation::Store => (Helper::Store { wide }, value, &[][..]),
        Operation::Rmw(operation) => {
            rmw = operation;
            (Helper::Rmw { wide }, value, wrap)
        }
        Operation::CompareExchange => {
            let both = if long { value } else { Operands::ExtendTwo };
            (Helper::CompareExchange { wide }, both, wrap)
        }
        Operation::Load | Operation::Notify | Operation::Wait | Operation::Fence => {
            (Helper::Load { wide }, Operands::Last(&[]), wrap)
        }
    };
    Call { helper, operands, constants: constants(argument, width, true, rmw), result }
}

/// The offset and the access.
fn constants(
    argument: &MemoryArgument,
    width_log2: u8,
    atomic: bool,
    operation: AtomicRmw,
) -> [Option<Constant>; 2] {
    let access = Access { memory: argument.memory, width_log2, atomic, operation };
    [Constant::I64(argument.offset), Constant::I32(access.encode().cast_unsigned())].map(Some)
}
