//! A hex dump that needs no buffer.

use core::fmt::{self, Write as _};

/// Bytes shown as `0000: 48 65 6c 6c 6f  |Hello|`, line by line, when printed.
///
/// Each line gives the address of its first byte, its bytes in hexadecimal, and the same bytes as
/// ASCII with a dot for what can't be printed. There is no line break after the last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dump<'a> {
    bytes: &'a [u8],
    address: usize,
    width: usize,
}

impl<'a> Dump<'a> {
    const USUAL_WIDTH: usize = 16;

    /// Shows `bytes`, the first of which has this `address`, with `width` bytes to a line (16 if
    /// it is 0).
    pub const fn new(bytes: &'a [u8], address: usize, width: usize) -> Self {
        let width = if width == 0 { Self::USUAL_WIDTH } else { width };
        Self { bytes, address, width }
    }
}

impl fmt::Display for Dump<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.address.saturating_add(self.bytes.len().saturating_sub(1));
        let digits = if last > 0xffff { 8 } else { 4 };
        let columns = self.width.min(self.bytes.len());
        let mut address = self.address;
        for (number, line) in self.bytes.chunks(self.width).enumerate() {
            if number > 0 {
                f.write_char('\n')?;
            }
            write!(f, "{address:0digits$x}:")?;
            for byte in line {
                write!(f, " {byte:02x}")?;
            }
            for _ in line.len()..columns {
                f.write_str("   ")?;
            }
            f.write_str("  |")?;
            for &byte in line {
                let printable = byte == b' ' || byte.is_ascii_graphic();
                f.write_char(if printable { char::from(byte) } else { '.' })?;
            }
            f.write_char('|')?;
            address = address.wrapping_add(self.width);
        }
        Ok(())
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Dump<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::Format::format(&defmt::Display2Format(self), f);
    }
}
