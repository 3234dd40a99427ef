//! A hex dump that needs no buffer.

use core::fmt::{self, Write as _};

/// Bytes shown as `0000: 48 65 6c 6c 6f  |Hello|`, line by line, when printed.
///
/// Each line gives the address of its first byte, its bytes in hexadecimal, and the same bytes as
/// ASCII with a dot for what can't be printed. There is no line break after the last line.
///
/// ```
/// use vellum_memory::Dump;
///
/// assert_eq!(Dump::new(b"Vellum\n", 0, 8).to_string(), "0000: 56 65 6c 6c 75 6d 0a  |Vellum.|");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dump<'a> {
    bytes: &'a [u8],
    address: usize,
    width: usize,
    is_folded: bool,
}

impl<'a> Dump<'a> {
    const USUAL_WIDTH: usize = 16;

    /// Shows `bytes`, the first of which has this `address`, with `width` bytes to a line (16 if
    /// it is 0).
    pub const fn new(bytes: &'a [u8], address: usize, width: usize) -> Self {
        let width = if width == 0 { Self::USUAL_WIDTH } else { width };
        Self { bytes, address, width, is_folded: false }
    }

    /// The same with two or more lines of zeros in a row folded into one.
    ///
    /// ```
    /// use vellum_memory::Dump;
    ///
    /// let bytes = *b"ab\0\0\0\0\0\0\0c";
    /// assert_eq!(Dump::new(&bytes, 0, 2).folded().to_string(), "\
    /// 0000: 61 62  |ab|
    /// 0002: 6 bytes of zero
    /// 0008: 00 63  |.c|");
    /// ```
    #[must_use]
    pub const fn folded(mut self) -> Self {
        self.is_folded = true;
        self
    }

    /// Bytes at an offset that are folded: whole lines of zeros, and what is left at the end.
    fn zeros(&self, offset: usize) -> Option<usize> {
        let rest = self.bytes.get(offset..).filter(|_| self.is_folded)?;
        let zeros = rest.iter().take_while(|&&byte| byte == 0).count();
        let lines = if zeros == rest.len() { zeros } else { zeros - zeros % self.width };
        (lines > self.width).then_some(lines)
    }
}

impl fmt::Display for Dump<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.address.saturating_add(self.bytes.len().saturating_sub(1));
        let digits = if last > 0xffff { 8 } else { 4 };
        let columns = self.width.min(self.bytes.len());
        let mut offset = 0;
        while let Some(rest) = self.bytes.get(offset..).filter(|rest| !rest.is_empty()) {
            if offset > 0 {
                f.write_char('\n')?;
            }
            let address = self.address.wrapping_add(offset);
            write!(f, "{address:0digits$x}:")?;
            if let Some(zeros) = self.zeros(offset) {
                write!(f, " {zeros} bytes of zero")?;
                offset += zeros;
                continue;
            }
            let line = &rest[..rest.len().min(self.width)];
            for byte in line {
                write!(f, " {byte:02x}")?;
            }
            for _ in line.len()..columns {
                f.write_str("   ")?;
            }
            f.write_str("  |")?;
            line.iter().try_for_each(|&byte| f.write_char(printable(byte)))?;
            f.write_char('|')?;
            offset += line.len();
        }
        Ok(())
    }
}

/// A byte as ASCII, or a dot if it can't be printed.
pub(crate) fn printable(byte: u8) -> char {
    let is_printable = byte == b' ' || byte.is_ascii_graphic();
    if is_printable { char::from(byte) } else { '.' }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Dump<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::Format::format(&defmt::Display2Format(self), f);
    }
}

#[cfg(test)]
mod tests {
    use std::string::{String, ToString};
    use std::vec::Vec;

    use super::*;

    fn dump(bytes: &[u8], address: usize, width: usize) -> String {
        Dump::new(bytes, address, width).to_string()
    }

    #[test]
    fn the_last_line_is_aligned() {
        assert_eq!(
            dump(b"Hello, WebAssembly World!", 0, 16),
            "0000: 48 65 6c 6c 6f 2c 20 57 65 62 41 73 73 65 6d 62  |Hello, WebAssemb|\n\
             0010: 6c 79 20 57 6f 72 6c 64 21                       |ly World!|"
        );
    }

    #[test]
    fn what_cannot_be_printed_is_a_dot() {
        let bytes = [0x00, 0x1f, b' ', b'~', 0x7f, 0x80, 0xff, b'\n'];
        assert_eq!(dump(&bytes, 0, 16), "0000: 00 1f 20 7e 7f 80 ff 0a  |.. ~....|");
    }

    #[test]
    fn one_byte_to_a_line() {
        assert_eq!(dump(b"ab", 0xfe, 1), "00fe: 61  |a|\n00ff: 62  |b|");
    }

    #[test]
    fn width_zero_is_sixteen() {
        let bytes: Vec<u8> = (0..40).collect();
        assert_eq!(dump(&bytes, 0, 0), dump(&bytes, 0, 16));
    }

    #[test]
    fn a_line_wider_than_the_bytes_is_not_padded() {
        assert_eq!(dump(b"abc", 0, usize::MAX), "0000: 61 62 63  |abc|");
    }

    #[test]
    fn nothing_is_shown_of_nothing() {
        assert_eq!(dump(b"", 0, 16), "");
    }

    #[test]
    fn single_lines_of_zeros_stay() {
        let folded = |bytes: &[u8]| Dump::new(bytes, 0, 2).folded().to_string();
        assert_eq!(
            folded(&[1, 0, 0, 0, 2]),
            "0000: 01 00  |..|\n0002: 00 00  |..|\n0004: 02     |.|"
        );
        assert_eq!(folded(&[0; 5]), "0000: 5 bytes of zero");
        assert_eq!(folded(&[1, 1, 0, 0, 0]), "0000: 01 01  |..|\n0002: 3 bytes of zero");
        assert_eq!(Dump::new(&[0; 2], 0, usize::MAX).folded().to_string(), "0000: 00 00  |..|");
    }

    #[test]
    fn all_addresses_of_one_dump_have_as_many_digits() {
        assert_eq!(dump(b"ab", 0xfffe, 1), "fffe: 61  |a|\nffff: 62  |b|");
        assert_eq!(dump(b"ab", 0xffff, 1), "0000ffff: 61  |a|\n00010000: 62  |b|");
        assert_eq!(dump(b"", 0x1_0000, 1), "");
    }
}
