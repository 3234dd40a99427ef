//! Lines whose reader can tell whether all of them came, as they were sent.

use core::fmt::{self, Write};

use crc::{CRC_32_ISO_HDLC, Crc, Digest, NoTable};

use crate::Platform;

/// Without a table: it is cheap to make, and a log is slower than its sum.
static CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Prints lines, counts them and sums them up.
pub(super) struct Checked<'p, P> {
    platform: &'p P,
    lines: u32,
    sum: Sum,
}

impl<'p, P: Platform> Checked<'p, P> {
    pub(super) fn new(platform: &'p P) -> Self {
        Self { platform, lines: 0, sum: Sum(CRC.digest()) }
    }

    pub(super) fn line(&mut self, text: fmt::Arguments<'_>) {
        self.platform.line(text);
        self.lines += 1;
        // A sum takes whatever comes.
        let _ = writeln!(self.sum, "{text}");
    }

    /// Prints the last line: how many came before it, and their CRC-32, each line with its end.
    pub(super) fn end(self) {
        let Self { platform, lines, sum: Sum(digest) } = self;
        platform.line(format_args!("core: end {lines} {:08x}", digest.finalize()));
    }
}

struct Sum(Digest<'static, u32, NoTable>);

impl Write for Sum {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}
