//! What follows from an opcode alone, of the instructions that most code consists of.

use super::super::opcode;
use super::value::Value;

/// How an instruction is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Step {
    Get,
    Set,
    Tee,
    GlobalGet,
    GlobalSet,
    Branch,
    BranchIf,
    Call,
    Block,
    Loop,
    If,
    End,
    Constant,
    Load,
    Store,
    Compare,
    IsZero,
    Binary,
    /// An addition of which a multiplication may be made.
    Add,
    Divide,
    Shift,
    Unary,
    /// The same, which may trap.
    Convert,
    Extend,
    Reinterpret,
    Select,
    Drop,
    Nothing,
    /// Anything else.
    Other,
}

impl Step {
    /// Whether an index follows the opcode, or the type of a block.
    #[inline(always)]
    pub(super) const fn has_index(self) -> bool {
        (self as u8) < Self::End as u8
    }
}

const fn step(first: u8) -> (Step, Value) {
    use Step::*;
    use Value::{F32, F64, I32, I64};
    match first {
        opcode::NOP => (Nothing, I32),
        opcode::DROP => (Drop, I32),
        opcode::SELECT => (Select, I32),
        opcode::BLOCK => (Block, I32),
        opcode::LOOP => (Loop, I32),
        opcode::IF => (If, I32),
        opcode::END => (End, I32),
        opcode::BRANCH => (Branch, I32),
        opcode::BRANCH_IF => (BranchIf, I32),
        opcode::CALL => (Call, I32),
        opcode::GLOBAL_GET => (GlobalGet, I32),
        opcode::GLOBAL_SET => (GlobalSet, I32),
        opcode::LOCAL_GET => (Get, I32),
        opcode::LOCAL_SET => (Set, I32),
        opcode::LOCAL_TEE => (Tee, I32),
        0x28 | 0x2c..=0x2f => (Load, I32),
        0x29 | 0x30..=0x35 => (Load, I64),
        0x2a => (Load, F32),
        0x2b => (Load, F64),
        opcode::I32_STORE..=opcode::I64_STORE32 => (Store, I32),
        opcode::I32_CONST => (Constant, I32),
        opcode::I64_CONST => (Constant, I64),
        opcode::I32_EQZ | opcode::I64_EQZ => (IsZero, I32),
        0x46..=0x5a => (Compare, I32),
        0x5b..=0x66 => (Binary, I32),
        0x67..=0x69 => (Unary, I32),
        0x6d..=0x70 => (Divide, I32),
        opcode::I32_SHL..=opcode::I32_ROTR => (Shift, I32),
        0x6a..=0x73 => (Binary, I32),
        0x79..=0x7b => (Unary, I64),
        opcode::I64_ADD => (Add, I64),
        0x7f..=0x82 => (Divide, I64),
        0x7d..=0x85 => (Binary, I64),
        opcode::I64_SHL..=opcode::I64_ROTR => (Shift, I64),
        0x8b..=0x91 => (Unary, F32),
        0x92..=0x98 => (Binary, F32),
        0x99..=0x9f => (Unary, F64),
        0xa0..=0xa6 => (Binary, F64),
        opcode::I32_WRAP_I64 => (Unary, I32),
        0xa8..=0xab => (Convert, I32),
        opcode::I64_EXTEND_I32_U => (Extend, I64),
        0xac => (Unary, I64),
        0xae..=0xb1 => (Convert, I64),
        opcode::F32_CONVERT_I32_S..=opcode::F32_DEMOTE_F64 => (Unary, F32),
        0xb7..=opcode::F64_PROMOTE_F32 => (Unary, F64),
        opcode::I32_REINTERPRET_F32 => (Reinterpret, I32),
        opcode::I64_REINTERPRET_F64 => (Reinterpret, I64),
        opcode::F32_REINTERPRET_I32 => (Reinterpret, F32),
        opcode::F64_REINTERPRET_I64 => (Reinterpret, F64),
        opcode::I32_EXTEND8_S | opcode::I32_EXTEND16_S => (Unary, I32),
        opcode::I64_EXTEND8_S..=opcode::I64_EXTEND32_S => (Unary, I64),
        _ => (Other, I32),
    }
}

/// Looked up for every instruction: its step, and the type of its result or constant.
pub(super) static STEPS: [(Step, Value); 256] = {
    let mut all = [(Step::Other, Value::I32); 256];
    let mut opcode = 0;
    while opcode < all.len() {
        all[opcode] = step(opcode as u8);
        opcode += 1;
    }
    all
};
