//! The functions of a firmware by their addresses.

use crate::symbol;
use anyhow::{Context, Result};
use object::read::elf::ElfFile32;
use object::{Endianness, Object, ObjectSymbol, SymbolKind};
use std::collections::BTreeMap;

/// Where functions lie in an ELF file.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    /// Size and symbol by the first address.
    by_address: BTreeMap<u64, (u64, String)>,
}

impl Functions {
    /// Reads an ELF file's symbols.
    pub(crate) fn of(elf: &[u8]) -> Result<Self> {
        let file = ElfFile32::<Endianness>::parse(elf).context("cannot understand the firmware")?;
        let functions = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text);
        let by_address = functions
            .filter(|symbol| symbol.size() > 0)
            .filter_map(|symbol| {
                // The lowest bit of a Thumb function's address is no part of where it lies.
                Some((symbol.address() & !1, (symbol.size(), symbol.name().ok()?.to_owned())))
            })
            .collect();
        Ok(Self { by_address })
    }

    /// The function that `address` lies in. Of several with the same code it is one.
    pub(crate) fn name(&self, address: u64) -> Option<String> {
        let (start, (size, symbol)) = self.by_address.range(..=address).next_back()?;
        (address < start + size).then(|| symbol::plain(symbol))
    }

    /// `text` with the function's name behind each address that lies in one.
    pub(crate) fn named(&self, text: &str) -> String {
        let words = text.split_inclusive([',', ']']).map(|word| {
            let end = word.find([',', ']']).unwrap_or(word.len());
            let (address, rest) = word.split_at(end);
            let digits = address.trim_start_matches([' ', '[']).strip_prefix("0x");
            let value = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
            match value.and_then(|value| self.name(value)) {
                Some(name) => format!("{address} ({name}){rest}"),
                None => word.to_owned(),
            }
        });
        words.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Functions;

    fn functions() -> Functions {
        let symbol = "_RNvCs1234_5wasmi3run".to_owned();
        let by_address = [(0x100, (8, symbol)), (0x200, (4, "Reset".to_owned()))].into();
        Functions { by_address }
    }

    #[test]
    fn an_address_names_the_function_around_it() {
        let name = |address| functions().name(address);
        assert_eq!(name(0xff), None);
        assert_eq!(name(0x100).as_deref(), Some("wasmi::run"));
        assert_eq!(name(0x107).as_deref(), Some("wasmi::run"));
        assert_eq!(name(0x108), None);
        assert_eq!(name(0x203).as_deref(), Some("Reset"));
    }

    #[test]
    fn addresses_in_a_list_are_named() {
        let named = |text| functions().named(text);
        assert_eq!(named("[]"), "[]");
        assert_eq!(
            named("[0x00000102, 0x00000150, 0x00000200]"),
            "[0x00000102 (wasmi::run), 0x00000150, 0x00000200 (Reset)]"
        );
        assert_eq!(named("pc 0x00000102, x"), "pc 0x00000102, x");
    }
}
