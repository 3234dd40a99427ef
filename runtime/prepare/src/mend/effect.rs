//! What instructions do to the operands, as far as a quick look depends on it.

use super::super::opcode;

/// What an instruction does, by its opcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Effect {
    Nothing,
    /// Pushes what is no constant.
    Get,
    /// Pushes an integer.
    Integer,
    /// Pushes a constant of four bytes, of eight, or what an index stands for.
    FourBytes,
    EightBytes,
    Indexed,
    /// `ref.func`.
    Function,
    /// Takes one and gives what is constant if that is.
    Unary,
    /// The same, where what is given may be what is taken.
    Tee,
    Reinterpret,
    Extend,
    Binary,
    /// The same, which may be left out.
    Xor,
    Shift,
    /// A comparison with zero, or one that may be.
    TestZero,
    Test,
    Load,
    Store,
    Set,
    Drop,
    Select,
    Block,
    Else,
    End,
    Branch,
    BranchIf,
    BranchTable,
    Leave,
    Call,
    CallIndirect,
    TableGet,
    TableSet,
    MemorySize,
    MemoryGrow,
    Promote,
    Miscellaneous,
    Atomic,
    /// Anything else.
    Other,
}

const fn effect(first: u8) -> Effect {
    match first {
        opcode::UNREACHABLE | opcode::RETURN => Effect::Leave,
        opcode::NOP => Effect::Nothing,
        opcode::BLOCK..=opcode::IF => Effect::Block,
        opcode::ELSE => Effect::Else,
        opcode::END => Effect::End,
        opcode::BRANCH => Effect::Branch,
        opcode::BRANCH_IF => Effect::BranchIf,
        opcode::BRANCH_TABLE => Effect::BranchTable,
        opcode::CALL | opcode::RETURN_CALL => Effect::Call,
        opcode::CALL_INDIRECT | opcode::RETURN_CALL_INDIRECT => Effect::CallIndirect,
        opcode::DROP => Effect::Drop,
        opcode::SELECT => Effect::Select,
        opcode::LOCAL_GET => Effect::Get,
        opcode::LOCAL_SET | opcode::GLOBAL_SET => Effect::Set,
        opcode::LOCAL_TEE => Effect::Tee,
        opcode::GLOBAL_GET => Effect::Indexed,
        opcode::TABLE_GET => Effect::TableGet,
        opcode::TABLE_SET => Effect::TableSet,
        opcode::I32_LOAD..opcode::I32_STORE => Effect::Load,
        opcode::I32_STORE..=opcode::I64_STORE32 => Effect::Store,
        opcode::MEMORY_SIZE => Effect::MemorySize,
        opcode::MEMORY_GROW => Effect::MemoryGrow,
        opcode::I32_CONST | opcode::I64_CONST => Effect::Integer,
        opcode::F32_CONST => Effect::FourBytes,
        opcode::F64_CONST => Effect::EightBytes,
        opcode::I32_EQZ | opcode::I64_EQZ | opcode::REF_IS_NULL => Effect::TestZero,
        opcode::I32_EQ | opcode::I32_NE | opcode::I64_EQ | opcode::I64_NE => Effect::Test,
        opcode::I32_XOR => Effect::Xor,
        opcode::I32_SHL..=opcode::I32_ROTR | opcode::I64_SHL..=opcode::I64_ROTR => Effect::Shift,
        opcode::I64_EXTEND_I32_U => Effect::Extend,
        opcode::F64_PROMOTE_F32 => Effect::Promote,
        opcode::I32_REINTERPRET_F32..=opcode::F64_REINTERPRET_I64 => Effect::Reinterpret,
        0x67..=0x69 | 0x79..=0x7b | 0x8b..=0x91 | 0x99..=0x9f | 0xa7..=0xc4 => Effect::Unary,
        0x48..=0xa6 => Effect::Binary,
        opcode::REF_FUNC => Effect::Function,
        opcode::MISCELLANEOUS => Effect::Miscellaneous,
        opcode::ATOMIC => Effect::Atomic,
        _ => Effect::Other,
    }
}

/// Looked up for every instruction.
pub(super) static EFFECTS: [Effect; 256] = opcode::by_opcode!(effect);
