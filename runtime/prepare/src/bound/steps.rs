//! How each of the instructions is followed that most code consists of, by its opcode.

use super::super::opcode;

/// How an instruction is followed. A type is that of its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Step {
    LocalGet,
    LocalSet,
    LocalTee,
    GlobalGet,
    GlobalSet,
    Branch,
    BranchIf,
    Call,
    Block,
    Loop,
    If,
    End,
    ConstantI32,
    ConstantI64,
    LoadI32,
    LoadI64,
    LoadF32,
    LoadF64,
    Store,
    Compare,
    IsZero,
    BinaryI32,
    BinaryI64,
    BinaryF32,
    BinaryF64,
    /// An addition of which a multiplication may be made.
    AddI64,
    DivideI32,
    DivideI64,
    ShiftI32,
    ShiftI64,
    UnaryI32,
    UnaryI64,
    UnaryF32,
    UnaryF64,
    /// The same, which may trap.
    ConvertI32,
    ConvertI64,
    Extend,
    ReinterpretI32,
    ReinterpretI64,
    ReinterpretF32,
    ReinterpretF64,
    Select,
    Drop,
    Nothing,
    /// Anything else.
    Other,
}

const fn step(first: u8) -> Step {
    use Step::*;
    match first {
        opcode::NOP => Nothing,
        opcode::BLOCK => Block,
        opcode::LOOP => Loop,
        opcode::IF => If,
        opcode::END => End,
        opcode::BRANCH => Branch,
        opcode::BRANCH_IF => BranchIf,
        opcode::CALL => Call,
        opcode::DROP => Drop,
        opcode::SELECT => Select,
        opcode::LOCAL_GET => LocalGet,
        opcode::LOCAL_SET => LocalSet,
        opcode::LOCAL_TEE => LocalTee,
        opcode::GLOBAL_GET => GlobalGet,
        opcode::GLOBAL_SET => GlobalSet,
        opcode::I32_LOAD | 0x2c..=0x2f => LoadI32,
        0x29 | 0x30..=0x35 => LoadI64,
        0x2a => LoadF32,
        0x2b => LoadF64,
        opcode::I32_STORE..=opcode::I64_STORE32 => Store,
        opcode::I32_CONST => ConstantI32,
        opcode::I64_CONST => ConstantI64,
        opcode::I32_EQZ | opcode::I64_EQZ => IsZero,
        0x46..=0x5a => Compare,
        0x5b..=0x66 => BinaryI32,
        0x67..=0x69 => UnaryI32,
        0x6d..=0x70 => DivideI32,
        opcode::I32_SHL..=opcode::I32_ROTR => ShiftI32,
        0x6a..=0x73 => BinaryI32,
        0x79..=0x7b => UnaryI64,
        opcode::I64_ADD => AddI64,
        0x7f..=0x82 => DivideI64,
        0x7d..=0x85 => BinaryI64,
        opcode::I64_SHL..=opcode::I64_ROTR => ShiftI64,
        0x8b..=0x91 => UnaryF32,
        0x92..=0x98 => BinaryF32,
        0x99..=0x9f => UnaryF64,
        0xa0..=0xa6 => BinaryF64,
        opcode::I32_WRAP_I64 => UnaryI32,
        0xa8..=0xab => ConvertI32,
        opcode::I64_EXTEND_I32_U => Extend,
        0xac => UnaryI64,
        0xae..=0xb1 => ConvertI64,
        opcode::F32_CONVERT_I32_S..=opcode::F32_DEMOTE_F64 => UnaryF32,
        0xb7..=opcode::F64_PROMOTE_F32 => UnaryF64,
        opcode::I32_REINTERPRET_F32 => ReinterpretI32,
        opcode::I64_REINTERPRET_F64 => ReinterpretI64,
        opcode::F32_REINTERPRET_I32 => ReinterpretF32,
        opcode::F64_REINTERPRET_I64 => ReinterpretF64,
        opcode::I32_EXTEND8_S | opcode::I32_EXTEND16_S => UnaryI32,
        opcode::I64_EXTEND8_S..=opcode::I64_EXTEND32_S => UnaryI64,
        _ => Other,
    }
}

/// Looked up for every instruction.
pub(super) static STEPS: [Step; 256] = {
    let mut all = [Step::Other; 256];
    let mut opcode = 0;
    while opcode < all.len() {
        all[opcode] = step(opcode as u8);
        opcode += 1;
    }
    all
};
