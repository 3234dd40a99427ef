//! How many operands plain instructions take and give.

use super::{super::opcode, instruction::Instruction};

/// What an instruction takes and gives whose type its opcode determines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arity {
    pub(crate) takes: u32,
    pub(crate) gives: bool,
}

const fn arity(takes: u32, gives: bool) -> Option<Arity> {
    Some(Arity { takes, gives })
}

/// The arity of an instruction; `None` if the interpreter has no such instruction, or one with a type
/// of its own.
pub(crate) fn of(module: &[u8], instruction: &Instruction) -> Option<Arity> {
    match instruction.opcode {
        opcode::MISCELLANEOUS => match instruction.code {
            0..=7 => arity(1, true),
            8 | 10..=12 | 14 | 17 => arity(3, false),
            9 | 13 => arity(0, false),
            15 => arity(2, true),
            16 => arity(0, true),
            _ => None,
        },
        opcode::ATOMIC => match instruction.code {
            0 | 0x1e..=0x47 => arity(2, true),
            1 | 2 | 0x48..=0x4e => arity(3, true),
            3 => arity(0, false),
            0x10..=0x16 => arity(1, true),
            0x17..=0x1d => arity(2, false),
            _ => None,
        },
        opcode::VECTOR => vector(module, instruction),
        0x25 | 0x28..=0x35 | 0x40 | 0x45 | 0x50 | 0x67..=0x69 | 0x79..=0x7b | 0x8b..=0x91 => {
            arity(1, true)
        }
        0x99..=0x9f | 0xa7..=0xc4 | 0xd1 => arity(1, true),
        0x46..=0x4f | 0x51..=0x66 | 0x6a..=0x78 | 0x7c..=0x8a | 0x92..=0x98 | 0xa0..=0xa6 => {
            arity(2, true)
        }
        0x26 | 0x36..=0x3e => arity(2, false),
        0x24 => arity(1, false),
        0x23 | 0x3f | 0x41..=0x44 | 0xd0 | 0xd2 => arity(0, true),
        _ => None,
    }
}

#[cfg(not(feature = "simd"))]
fn vector(_module: &[u8], _instruction: &Instruction) -> Option<Arity> {
    None
}

/// The decoder knows the arity of vector instructions, whatever the module.
#[cfg(feature = "simd")]
fn vector(module: &[u8], instruction: &Instruction) -> Option<Arity> {
    use wasmparser::{BlockType, ContType, FrameKind, FuncType, ModuleArity, RefType, SubType};

    struct NoModule;

    impl ModuleArity for NoModule {
        fn sub_type_at(&self, _: u32) -> Option<&SubType> {
            None
        }
        fn tag_type_arity(&self, _: u32) -> Option<(u32, u32)> {
            None
        }
        fn type_index_of_function(&self, _: u32) -> Option<u32> {
            None
        }
        fn func_type_of_cont_type(&self, _: &ContType) -> Option<&FuncType> {
            None
        }
        fn sub_type_of_ref_type(&self, _: &RefType) -> Option<&SubType> {
            None
        }
        fn control_stack_height(&self) -> u32 {
            0
        }
        fn label_block(&self, _: u32) -> Option<(BlockType, FrameKind)> {
            None
        }
    }

    let (takes, gives) = instruction.operator(module)?.operator_arity(&NoModule)?;
    arity(takes, gives > 0)
}
