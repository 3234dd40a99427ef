//! Text that is formatted in a small buffer.

use core::fmt;

/// Bytes of a line.
const LENGTH: usize = 128;

/// A line of text. What does not fit ends it and begins another.
pub(crate) struct Line<F> {
    bytes: [u8; LENGTH],
    length: usize,
    /// Takes each line but the last.
    full: F,
}

impl<F: FnMut(&str)> Line<F> {
    pub(crate) fn new(full: F) -> Self {
        Self { bytes: [0; LENGTH], length: 0, full }
    }

    /// The text that `full` has not taken.
    pub(crate) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        // Whole characters alone were written.
        str::from_utf8(bytes).unwrap_or_default()
    }

    fn push(&mut self, text: &str) {
        let end = self.length + text.len();
        if let Some(room) = self.bytes.get_mut(self.length..end) {
            room.copy_from_slice(text.as_bytes());
            self.length = end;
        }
    }
}

impl<F: FnMut(&str)> fmt::Write for Line<F> {
    fn write_str(&mut self, mut text: &str) -> fmt::Result {
        loop {
            // Nothing here can panic, which would take code that formats all a panic may say.
            let fits = text.floor_char_boundary(LENGTH.saturating_sub(self.length));
            let Some((fits, rest)) = text.split_at_checked(fits) else { return Err(fmt::Error) };
            self.push(fits);
            if rest.is_empty() {
                return Ok(());
            }
            let line = self.bytes.get(..self.length).unwrap_or_default();
            (self.full)(str::from_utf8(line).unwrap_or_default());
            self.length = 0;
            text = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, Line};
    use core::fmt::Write as _;
    use std::{borrow::ToOwned as _, format, string::String, vec::Vec};

    /// The lines that pieces of text take.
    fn lines(pieces: &[&str]) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = Line::new(|line: &str| lines.push(line.to_owned()));
        for piece in pieces {
            line.write_str(piece).unwrap();
        }
        let last = line.as_str().to_owned();
        lines.push(last);
        lines
    }

    #[test]
    fn short_pieces_are_one_line() {
        assert_eq!(lines(&[]), [""]);
        assert_eq!(lines(&["a", "", "é"]), ["aé"]);
        let full = "x".repeat(LENGTH);
        assert_eq!(lines(&[&full]), [full.as_str()]);
    }

    #[test]
    fn nothing_of_a_long_text_is_lost_and_no_character_is_cut() {
        let text = format!("x{}", "é".repeat(200));
        let lines = lines(&["ab", &text]);
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.len() <= LENGTH));
        assert_eq!(lines.concat(), format!("ab{text}"));
    }
}
