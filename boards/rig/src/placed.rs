//! Modules in the flash of an emulated chip, behind the firmware, which reads them in place.

use crate::board::Board;
use crate::staging::Staging;
use anyhow::{Context, Result};
use object::read::elf::{ElfFile32, FileHeader, ProgramHeader};
use object::{Endianness, elf};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Modules start at a multiple of this.
const ALIGNMENT: usize = 16;

/// The flash that a firmware leaves, and the modules that are to lie there.
#[derive(Debug)]
pub(crate) struct FreeFlash {
    /// The address of the first byte.
    start: u64,
    length: usize,
    bytes: Vec<u8>,
    /// Where each module is: one that comes again lies there already.
    places: HashMap<Vec<u8>, String>,
}

impl FreeFlash {
    /// What the firmware in this ELF file leaves of the board's flash.
    pub(crate) fn behind(elf: &Path, board: &Board) -> Result<Self> {
        let firmware = fs::read(elf).with_context(|| format!("cannot read {}", elf.display()))?;
        let firmware = firmware.as_slice();
        let file =
            ElfFile32::<Endianness>::parse(firmware).context("cannot understand the firmware")?;
        let endian = file.endian();
        let segments = file.elf_header().program_headers(endian, firmware)?;
        let loaded = segments.iter().filter(|segment| {
            segment.p_type(endian) == elf::PT_LOAD && segment.p_filesz(endian) > 0
        });
        let ranges = loaded.map(|segment| {
            let start = u64::from(segment.p_paddr(endian));
            (start, start + u64::from(segment.p_filesz(endian)))
        });
        let (flash, image_end) = ranges
            .reduce(|all, next| (all.0.min(next.0), all.1.max(next.1)))
            .context("the firmware has no code")?;
        let start = image_end.next_multiple_of(ALIGNMENT as u64);
        let length = (flash + board.facts.flash).saturating_sub(start);
        let (length, places) = (usize::try_from(length)?, HashMap::new());
        Ok(Self { start, length, bytes: Vec::new(), places })
    }

    /// Puts a module behind the others, and gives where the firmware finds it. `None` if there is no
    /// room for it.
    pub(crate) fn place(&mut self, module: &[u8]) -> Option<String> {
        if let Some(place) = self.places.get(module) {
            return Some(place.clone());
        }
        let offset = self.bytes.len().next_multiple_of(ALIGNMENT);
        if module.len() > self.length.saturating_sub(offset) {
            return None;
        }
        self.bytes.resize(offset, 0);
        self.bytes.extend_from_slice(module);
        let place = format!("@{:x}+{:x}", self.start + offset as u64, module.len());
        self.places.insert(module.to_vec(), place.clone());
        Some(place)
    }

    /// As [`place`](Self::place), or else puts the module into a file of this name.
    pub(crate) fn place_or_write(
        &mut self,
        staging: &Staging,
        file: &str,
        module: &[u8],
    ) -> Result<String> {
        match self.place(module) {
            Some(place) => Ok(place),
            None => staging.write(file, module).map(|()| file.to_owned()),
        }
    }

    /// Has the modules in flash when the chip starts.
    pub(crate) fn stage(&self, staging: &Staging) -> Result<()> {
        if self.bytes.is_empty() { Ok(()) } else { staging.write_flash(self.start, &self.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::FreeFlash;
    use std::collections::HashMap;

    #[test]
    fn modules_lie_behind_each_other_as_long_as_there_is_room() {
        let (start, bytes, places) = (0x0800_0010, Vec::new(), HashMap::new());
        let mut flash = FreeFlash { start, length: 40, bytes, places };
        assert_eq!(flash.place(b"abc").as_deref(), Some("@8000010+3"));
        assert_eq!(flash.place(&[7; 25]), None);
        assert_eq!(flash.place(&[7; 24]).as_deref(), Some("@8000020+18"));
        assert_eq!(flash.place(b"a"), None);
        assert_eq!(flash.place(b"abc").as_deref(), Some("@8000010+3"));
        assert_eq!(flash.bytes.len(), 40);
    }
}
