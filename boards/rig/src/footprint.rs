//! Where a firmware's flash and static RAM go, read from its ELF file.

use crate::symbol::{self, CONSTANTS};
use anyhow::{Context, Result};
use object::read::elf::{ElfFile32, SectionHeader};
use object::{Endianness, Object, ObjectSection, ObjectSymbol, elf};
use std::collections::BTreeMap;

/// What a firmware takes up.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Footprint {
    /// Bytes of flash, by crate, most first.
    pub(crate) flash: Vec<(String, u64)>,
    /// Bytes of static RAM, by section, in the order of their addresses.
    pub(crate) ram: Vec<(String, u64)>,
    /// Statics of [`NOTABLE`] bytes or more, largest first.
    pub(crate) statics: Vec<(String, u64)>,
}

/// From this size on, in bytes, a static is listed by name.
const NOTABLE: u64 = 1024;

impl Footprint {
    pub(crate) fn flash_total(&self) -> u64 {
        self.flash.iter().map(|(_, bytes)| bytes).sum()
    }

    pub(crate) fn ram_total(&self) -> u64 {
        self.ram.iter().map(|(_, bytes)| bytes).sum()
    }

    /// Reads an ELF file.
    pub(crate) fn of(elf: &[u8]) -> Result<Self> {
        let file = ElfFile32::<Endianness>::parse(elf).context("cannot understand the firmware")?;
        let mut flash = BTreeMap::new();
        let mut footprint = Self::default();
        for section in file.sections().filter(|section| section.size() > 0) {
            let header = section.elf_section_header();
            let flags = header.sh_flags(file.endian());
            if flags & elf::SHF_ALLOC == 0 {
                continue;
            }
            let loaded = header.sh_type(file.endian()) != elf::SHT_NOBITS;
            let writable = flags & elf::SHF_WRITE != 0;
            let symbols = symbols(&file, &section);
            if loaded {
                attribute(&symbols, section.size(), &mut flash);
            }
            if writable {
                footprint.ram.push((section.name()?.to_owned(), section.size()));
                let notable = symbols.into_iter().filter(|symbol| symbol.size >= NOTABLE);
                footprint
                    .statics
                    .extend(notable.map(|symbol| (symbol::plain(symbol.name), symbol.size)));
            }
        }
        footprint.flash = flash.into_iter().collect();
        footprint.flash.sort_by_key(|&(_, bytes)| std::cmp::Reverse(bytes));
        footprint.statics.sort_by_key(|&(_, bytes)| std::cmp::Reverse(bytes));
        Ok(footprint)
    }
}

/// A stretch of a section that belongs to one symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named<'e> {
    name: &'e str,
    address: u64,
    size: u64,
}

/// A section's symbols by address, without overlaps: several names for one place count once.
fn symbols<'e>(
    file: &ElfFile32<'e>,
    section: &object::read::elf::ElfSection32<'e, '_>,
) -> Vec<Named<'e>> {
    let mut symbols: Vec<Named<'e>> = file
        .symbols()
        .filter(|symbol| symbol.section_index() == Some(section.index()) && symbol.size() > 0)
        .filter_map(|symbol| {
            // The lowest bit of a Thumb function's address is not part of its location.
            let address = symbol.address() & !1;
            Some(Named { name: symbol.name().ok()?, address, size: symbol.size() })
        })
        .collect();
    symbols.sort_by_key(|symbol| (symbol.address, std::cmp::Reverse(symbol.size), symbol.name));
    without_overlaps(symbols)
}

fn without_overlaps(symbols: Vec<Named<'_>>) -> Vec<Named<'_>> {
    let mut end = 0;
    symbols
        .into_iter()
        .filter_map(|symbol| {
            let from = symbol.address.max(end);
            end = end.max(symbol.address + symbol.size);
            let size = end.saturating_sub(from);
            (size > 0).then_some(Named { address: from, size, ..symbol })
        })
        .collect()
}

/// Adds a section's bytes to the crates they come from.
fn attribute(symbols: &[Named<'_>], size: u64, flash: &mut BTreeMap<String, u64>) {
    let mut unnamed = size;
    for symbol in symbols {
        let bytes = symbol.size.min(unnamed);
        unnamed -= bytes;
        *flash.entry(symbol::crate_of(symbol.name)).or_default() += bytes;
    }
    if unnamed > 0 {
        *flash.entry(CONSTANTS.to_owned()).or_default() += unnamed;
    }
}

#[cfg(test)]
mod tests {
    use super::{CONSTANTS, Named, attribute, without_overlaps};
    use std::collections::BTreeMap;

    fn named(name: &str, address: u64, size: u64) -> Named<'_> {
        Named { name, address, size }
    }

    #[test]
    fn names_for_one_place_count_once() {
        let symbols = vec![named("a", 0, 8), named("b", 0, 8), named("c", 4, 8), named("d", 20, 1)];
        let apart = [named("a", 0, 8), named("c", 8, 4), named("d", 20, 1)];
        assert_eq!(without_overlaps(symbols), apart);
    }

    #[test]
    fn bytes_without_a_symbol_are_constants() {
        let mut flash = BTreeMap::new();
        let symbols = [named("_RNvCs1234_5wasmi3run", 0, 60), named("Reset", 60, 10)];
        attribute(&symbols, 100, &mut flash);
        let expected =
            [(CONSTANTS.to_owned(), 30), ("(no crate)".into(), 10), ("wasmi".into(), 60)];
        assert_eq!(flash, BTreeMap::from(expected));
    }
}
