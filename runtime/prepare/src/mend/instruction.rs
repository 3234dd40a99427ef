//! Reading instructions, as far as the walk needs to know them.
//!
//! The decoder that everything else uses makes a value of each instruction, in five times the time,
//! most of which would be thrown away here. What is read here need not be right where the module is
//! invalid: the interpreter finds that out when it validates the code.

use super::super::{opcode, reader::Reader, suspect::unsigned};
use wasmparser::Operator;

/// An instruction.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Instruction {
    /// The byte where it begins.
    pub(crate) at: usize,
    /// The byte behind it.
    pub(crate) end: usize,
    pub(crate) opcode: u8,
    /// The opcode behind a prefix.
    pub(crate) code: u32,
    /// The first immediate that is an index or a label, or that of a memory; of a block, its type if
    /// that is one of a function.
    pub(crate) index: u32,
    /// The second index.
    pub(crate) second: u32,
    /// The offset of an access to memory, or the value of a constant.
    pub(crate) value: u64,
}

/// What follows an opcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Immediates {
    None,
    Block,
    Index,
    TwoIndices,
    Memory,
    Constant,
    Bytes(usize),
    /// Something that is left to the decoder.
    Other,
}

const fn immediates(first: u8) -> Immediates {
    match first {
        0x02..=0x04 => Immediates::Block,
        0x0c | 0x0d | 0x10 | 0x12 | 0x20..=0x26 | 0x3f | 0x40 | 0xd2 => Immediates::Index,
        0x11 | 0x13 => Immediates::TwoIndices,
        0x28..=0x3e => Immediates::Memory,
        0x41 | 0x42 => Immediates::Constant,
        0x43 => Immediates::Bytes(4),
        0x44 => Immediates::Bytes(8),
        0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Immediates::None,
        _ => Immediates::Other,
    }
}

impl Instruction {
    /// The type of a block that is not a function type.
    pub(crate) const NO_FUNCTION: u32 = u32::MAX;

    /// Reads the instruction at a byte of the module, in a body that ends at `end`.
    pub(crate) fn read(module: &[u8], at: usize, end: usize) -> Option<Self> {
        let bytes = module.get(at..end)?;
        let (&opcode, behind) = bytes.split_first()?;
        let mut read = Self { at, opcode, ..Self::default() };
        let mut rest = behind;
        match immediates(opcode) {
            Immediates::None => {}
            Immediates::Block => {
                const FUNCTION_TYPES: u8 = 0x40;
                let first = *rest.first()?;
                if first & (0x80 | FUNCTION_TYPES) == FUNCTION_TYPES {
                    read.index = Self::NO_FUNCTION;
                    read.value = first.into();
                    if matches!(first, NULLABLE | NOT_NULLABLE) {
                        read.end = read.other(module, end)?;
                        return Some(read);
                    }
                    rest = behind.get(1..)?;
                } else {
                    read.index = take(&mut rest)?;
                }
            }
            Immediates::Index => read.index = take(&mut rest)?,
            Immediates::TwoIndices => {
                read.index = take(&mut rest)?;
                read.second = take(&mut rest)?;
            }
            Immediates::Memory => read.memory(&mut rest)?,
            Immediates::Constant => read.value = take_signed(&mut rest)?,
            Immediates::Bytes(count) => {
                let (value, behind) = rest.split_at_checked(count)?;
                rest = behind;
                read.value =
                    value.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
            }
            Immediates::Other => {
                read.end = read.other(module, end)?;
                return Some(read);
            }
        }
        read.end = end.checked_sub(rest.len())?;
        Some(read)
    }

    /// The decoder's value of the instruction.
    pub(crate) fn operator<'m>(&self, module: &'m [u8]) -> Option<Operator<'m>> {
        Reader::new(module, self.at..self.end).operator().ok()
    }

    fn memory(&mut self, rest: &mut &[u8]) -> Option<()> {
        const HAS_MEMORY: u32 = 1 << 6;
        if take(rest)? & HAS_MEMORY != 0 {
            self.index = take(rest)?;
        }
        self.value = take_signed(rest)?;
        Some(())
    }

    /// Reads what is left to the decoder, and returns where it ends.
    fn other(&mut self, module: &[u8], end: usize) -> Option<usize> {
        let mut reader = Reader::new(module, self.at..end);
        let operator = reader.operator().ok()?;
        if self.opcode >= opcode::MISCELLANEOUS {
            (self.code, _) = unsigned(module.get(self.at + 1..end)?)?;
        }
        if let Operator::I32AtomicStore8 { memarg } | Operator::I64AtomicStore8 { memarg } =
            operator
        {
            (self.index, self.value) = (memarg.memory, memarg.offset);
        }
        Some(reader.position())
    }
}

/// How references begin whose type is written out.
const NULLABLE: u8 = 0x63;
const NOT_NULLABLE: u8 = 0x64;

/// Takes an index.
fn take(rest: &mut &[u8]) -> Option<u32> {
    let (value, behind) = unsigned(rest)?;
    *rest = behind;
    Some(value)
}

/// Takes an integer of 64 bits, of which those that a signed one would repeat are 0.
fn take_signed(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for nth in 0..10 {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        value |= u64::from(byte & 0x7f) << (7 * nth);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![any::<u8>(), 0..0x80u8, 0x80..=0xffu8, Just(0x40)];
        (any::<u8>(), proptest::collection::vec(byte, 0..16))
            .prop_map(|(first, rest)| std::iter::once(first).chain(rest).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        /// Whatever the decoder reads ends where it ends.
        #[test]
        fn instructions_end_where_the_decoder_says(module in bytes()) {
            let mut reader = Reader::new(&module, 0..module.len());
            if reader.operator().is_ok() {
                let read = Instruction::read(&module, 0, module.len());
                prop_assert_eq!(read.map(|read| read.end), Some(reader.position()));
            }
        }
    }
}
