//! What a guest that failed leaves in the firmware's log: a backtrace, memories and globals, and a line by which
//! they can be checked.

use crate::backtrace::{self, Backtrace};
use crate::core_dump::Core;
use crate::module;
use anyhow::{Result, bail};
use crc::{CRC_32_ISO_HDLC, Crc, Digest};
use std::fmt;
use std::path::Path;
use vellum_instrument::Symbols;

/// How the last line begins. The lines before it and their sum follow.
const END: &str = "core: end ";

static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// What a guest left, as far as the log tells.
#[derive(Default)]
pub(crate) struct PostMortem {
    backtrace: Backtrace,
    core: Core,
    lines: u32,
    sum: Option<Digest<'static, u32>>,
    /// What the last line says; it is there when all is.
    end: Option<String>,
}

/// Why what came is not what was sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// The last line is missing.
    Unfinished,
    /// Other lines are missing, or are there twice.
    Lines { sent: u32, found: u32 },
    /// Lines are there with another text.
    Altered,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfinished => f.write_str("the log ends before it does"),
            Self::Lines { sent, found } => {
                write!(f, "the log has {found} lines of it, and the chip sent {sent}")
            }
            Self::Altered => f.write_str("the log was damaged: its checksum is another"),
        }
    }
}

impl std::error::Error for Damage {}

impl PostMortem {
    /// Takes in a line, and tells whether it is one of these. What one guest left makes what another did before
    /// it forgotten.
    pub(crate) fn take(&mut self, line: &str) -> bool {
        if line == backtrace::TITLE {
            *self = Self::default();
        }
        if let Some(end) = line.strip_prefix(END) {
            self.end = Some(end.to_owned());
            return true;
        }
        let is_taken = self.backtrace.take(line) || self.core.take(line);
        if is_taken {
            self.lines += 1;
            let sum = self.sum.get_or_insert_with(|| CRC.digest());
            sum.update(line.as_bytes());
            sum.update(b"\n");
        }
        is_taken
    }

    /// Whether the guest left nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.backtrace.is_empty()
    }

    /// Prints where the guest of this module was, and writes its core dump if one is asked for. Of what did not come
    /// whole no core dump is written.
    pub(crate) fn explain(self, original: &Path, core_dump: Option<&Path>) -> Result<()> {
        let binary = module::read(original)?;
        let symbols = Symbols::of(&binary)?;
        let name = original.file_name().unwrap_or_default().to_string_lossy();
        eprint!("{}", self.backtrace.render(&name, &symbols));
        match (core_dump, self.damage()) {
            (Some(file), None) => self.core.write(file, &name, &symbols, &self.backtrace),
            (Some(file), Some(damage)) => bail!("no core dump: {}: {damage}", file.display()),
            (None, Some(damage)) => bail!("the backtrace is not whole: {damage}"),
            (None, None) => Ok(()),
        }
    }

    fn damage(&self) -> Option<Damage> {
        let Some(end) = &self.end else { return Some(Damage::Unfinished) };
        let numbers = end.split_once(' ').and_then(|(sent, sum)| {
            Some((sent.parse::<u32>().ok()?, u32::from_str_radix(sum, 16).ok()?))
        });
        let found = self.lines;
        let own = self.sum.clone().unwrap_or_else(|| CRC.digest()).finalize();
        match numbers {
            Some((sent, _)) if sent != found => Some(Damage::Lines { sent, found }),
            Some((_, sum)) if sum == own => None,
            _ => Some(Damage::Altered),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Damage, PostMortem};

    const LINES: [&str; 5] = [
        "wasm backtrace:",
        "    0:   0x1e - a!f",
        "core: memory 0 1 16",
        "core: 40 0102",
        "core: end 4 289f28fd",
    ];

    fn damage(lines: &[&str]) -> Option<Damage> {
        let mut left = PostMortem::default();
        lines.iter().for_each(|line| assert!(left.take(line), "{line}"));
        left.damage()
    }

    #[test]
    fn what_did_not_come_whole_is_noticed() {
        assert_eq!(damage(&LINES), None);
        for length in 1..LINES.len() {
            assert_eq!(damage(&LINES[..length]), Some(Damage::Unfinished));
        }
        for missing in 1..LINES.len() - 1 {
            let lines = [&LINES[..missing], &LINES[missing + 1..]].concat();
            assert_eq!(damage(&lines), Some(Damage::Lines { sent: 4, found: 3 }));
        }
        for (index, other) in [
            (1, "    0:   0x1f - a!f"),
            (3, "core: 40 0103"),
            (4, "core: end 4 289f28fc"),
            (4, "core: end 4"),
            (4, "core: end x y"),
        ] {
            let mut lines = LINES;
            lines[index] = other;
            assert_eq!(damage(&lines), Some(Damage::Altered), "{other}");
        }
    }

    #[test]
    fn the_last_guest_counts() {
        assert_eq!(damage(&[&LINES[..3], &LINES].concat()), None);
        let mut left = PostMortem::default();
        assert!(left.is_empty() && !left.take("a text") && left.is_empty());
    }
}
