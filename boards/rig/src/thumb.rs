//! Disassembly of Thumb code, as far as finding breakpoints needs it.

use anyhow::{Context, Result};
use object::read::elf::ElfFile32;
use object::{Endianness, Object, ObjectSection, ObjectSymbol, SectionKind};

/// `BKPT 0xAB`: what a semihosting call is on a Cortex-M.
const SEMIHOSTING: u16 = 0xbeab;

/// The addresses of all semihosting calls in an ELF file's code.
pub(crate) fn semihosting_calls(elf: &[u8]) -> Result<Vec<u64>> {
    let file = ElfFile32::<Endianness>::parse(elf).context("cannot understand the firmware")?;
    let mut calls = Vec::new();
    for section in file.sections().filter(|section| section.kind() == SectionKind::Text) {
        let marks = marks(&file, section.index());
        let code = section.data().context("cannot read the firmware's code")?;
        calls.extend(breakpoints(code, section.address(), &marks));
    }
    Ok(calls)
}

/// From an address on, whether there is code or data.
type Mark = (u64, bool);

/// What the mapping symbols `$t` (Thumb code) and `$d` (data) say, by address.
fn marks(file: &ElfFile32<'_>, section: object::SectionIndex) -> Vec<Mark> {
    let symbols = file.symbols().filter(|symbol| symbol.section_index() == Some(section));
    let mut marks: Vec<Mark> = symbols
        .filter_map(|symbol| match symbol.name().ok()?.as_bytes() {
            [b'$', b't'] | [b'$', b't', b'.', ..] => Some((symbol.address(), true)),
            [b'$', b'd'] | [b'$', b'd', b'.', ..] => Some((symbol.address(), false)),
            _ => None,
        })
        .collect();
    marks.sort_unstable();
    marks
}

fn breakpoints(code: &[u8], start: u64, marks: &[Mark]) -> Vec<u64> {
    let mut calls = Vec::new();
    let end = start + code.len() as u64;
    for (index, &(from, is_code)) in marks.iter().enumerate() {
        let to = marks.get(index + 1).map_or(end, |&(next, _)| next);
        let stretch = (from - start) as usize..(to - start) as usize;
        if is_code {
            calls.extend(in_stretch(code.get(stretch).unwrap_or_default(), from));
        }
    }
    calls
}

/// The breakpoints in a stretch of nothing but instructions.
fn in_stretch(code: &[u8], start: u64) -> impl Iterator<Item = u64> {
    let mut second_half = false;
    code.chunks_exact(2).zip((start..).step_by(2)).filter_map(move |(bytes, address)| {
        let half = u16::from_le_bytes(bytes.try_into().ok()?);
        if std::mem::take(&mut second_half) {
            return None;
        }
        // These first five bits begin an instruction of two halfwords.
        second_half = matches!(half >> 11, 0b11101..=0b11111);
        (half == SEMIHOSTING).then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::breakpoints;

    const NOP: [u8; 2] = [0x00, 0xbf];
    const BREAKPOINT: [u8; 2] = [0xab, 0xbe];
    /// The first half of `BL`.
    const LONG: [u8; 2] = [0x00, 0xf0];

    fn found(halves: &[[u8; 2]], marks: &[(u64, bool)]) -> Vec<u64> {
        breakpoints(&halves.concat(), 0x100, marks)
    }

    #[test]
    fn a_breakpoint_in_code_is_found() {
        assert_eq!(found(&[NOP, BREAKPOINT, NOP], &[(0x100, true)]), [0x102]);
    }

    #[test]
    fn the_same_bits_elsewhere_are_none() {
        assert_eq!(found(&[LONG, BREAKPOINT], &[(0x100, true)]), [0; 0]);
        assert_eq!(found(&[NOP, BREAKPOINT], &[(0x100, true), (0x102, false)]), [0; 0]);
    }

    #[test]
    fn code_begins_anew_after_data() {
        let marks = [(0x100, true), (0x102, false), (0x104, true)];
        assert_eq!(found(&[NOP, LONG, BREAKPOINT], &marks), [0x104]);
    }
}
