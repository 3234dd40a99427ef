//! Reading instructions, as far as the walk needs to know them.
//!
//! The decoder that everything else uses makes a value of each instruction, in five times the time,
//! most of which would be thrown away here. What is read here need not be right where the module is
//! invalid: the interpreter finds that out when it validates the code.

use super::super::{opcode, reader::Reader, suspect::unsigned};
use core::ops::RangeInclusive;
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
    FourBytes,
    EightBytes,
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
        0x43 => Immediates::FourBytes,
        0x44 => Immediates::EightBytes,
        0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Immediates::None,
        _ => Immediates::Other,
    }
}

/// Looked up for every instruction.
static IMMEDIATES: [Immediates; 256] = opcode::by_opcode!(immediates);

impl Instruction {
    /// The type of a block that is not a function type.
    pub(crate) const NO_FUNCTION: u32 = u32::MAX;

    /// Reads the next instruction, in a body that ends at a byte of the module.
    pub(crate) fn advance(&mut self, module: &[u8], end: usize) -> Option<()> {
        let at = self.end;
        let (&opcode, behind) = module.get(at..end)?.split_first()?;
        *self = Self { at, end: at, opcode, ..Self::default() };
        let mut rest = behind;
        match IMMEDIATES[usize::from(opcode)] {
            Immediates::None => {}
            Immediates::Block => {
                const FUNCTION_TYPES: u8 = 0x40;
                let first = *rest.first()?;
                if first & (0x80 | FUNCTION_TYPES) == FUNCTION_TYPES {
                    self.index = Self::NO_FUNCTION;
                    self.value = first.into();
                    if WRITTEN_OUT.contains(&first) {
                        return self.other(module, end);
                    }
                    rest = behind.get(1..)?;
                } else {
                    self.index = take(&mut rest)?;
                }
            }
            Immediates::Index => match rest {
                [index @ ..0x80, behind @ ..] => {
                    self.index = u32::from(*index);
                    rest = behind;
                }
                _ => self.index = take(&mut rest)?,
            },
            Immediates::TwoIndices => {
                self.index = take(&mut rest)?;
                self.second = take(&mut rest)?;
            }
            Immediates::Memory => (self.index, self.value) = take_access(&mut rest)?,
            Immediates::Constant => self.value = take_signed(&mut rest)?,
            Immediates::FourBytes => self.bytes(4, &mut rest)?,
            Immediates::EightBytes => self.bytes(8, &mut rest)?,
            Immediates::Other => return self.other(module, end),
        }
        self.end = end.checked_sub(rest.len())?;
        Some(())
    }

    /// The decoder's value of the instruction.
    pub(crate) fn operator<'m>(&self, module: &'m [u8]) -> Option<Operator<'m>> {
        Reader::new(module, self.at..self.end).operator().ok()
    }

    fn bytes(&mut self, count: usize, rest: &mut &[u8]) -> Option<()> {
        let (value, behind) = rest.split_at_checked(count)?;
        *rest = behind;
        self.value = value.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
        Some(())
    }

    /// Reads what is left to the decoder.
    fn other(&mut self, module: &[u8], end: usize) -> Option<()> {
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
        self.end = reader.position();
        Some(())
    }
}

/// How references begin whose type is written out, and those that are shared.
pub(super) const WRITTEN_OUT: RangeInclusive<u8> = 0x63..=0x65;

/// Takes the memory and the offset of an access.
pub(crate) fn take_access(rest: &mut &[u8]) -> Option<(u32, u64)> {
    const HAS_MEMORY: u32 = 1 << 6;
    let memory = if take(rest)? & HAS_MEMORY == 0 { 0 } else { take(rest)? };
    Some((memory, take_signed(rest)?))
}

/// Takes an index.
fn take(rest: &mut &[u8]) -> Option<u32> {
    let (value, behind) = unsigned(rest)?;
    *rest = behind;
    Some(value)
}

/// Takes an integer of 64 bits, of which those that a signed one would repeat are 0.
fn take_signed(rest: &mut &[u8]) -> Option<u64> {
    // Most are short, and shifts of 64 bits are slow where words have 32.
    let mut short = 0u32;
    for nth in 0..4 {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        short |= u32::from(byte & 0x7f) << (7 * nth);
        if byte & 0x80 == 0 {
            return Some(short.into());
        }
    }
    let mut value = u64::from(short);
    for nth in 4..10 {
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
                let mut read = Instruction::default();
                prop_assert!(read.advance(&module, module.len()).is_some());
                prop_assert_eq!(read.end, reader.position());
            }
        }
    }
}
