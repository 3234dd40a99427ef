//! Names that a guest has chosen, made fit to be shown.

use std::fmt::Write;
use wasmparser::BinaryReaderError;

/// What is wrong with a module, and at which byte, in one line.
pub(crate) fn fault(error: &BinaryReaderError) -> String {
    let line = error.message().lines().next().unwrap_or_default();
    // The bytes that follow are shown a line each.
    let what = line.split_once(" - expected=[").map_or(line, |(what, _)| what);
    format!("byte {}: {what}", error.offset())
}

/// Columns that a list of words takes at most.
const COLUMNS: usize = 100;

/// A long line in several, those behind the first with so many spaces before them, as they are to have behind
/// a beginning of that length.
pub(crate) fn wrapped(line: &str, indent: usize) -> String {
    let (mut text, mut column) = (String::new(), indent);
    for word in line.split(' ') {
        let length = word.chars().count();
        if text.is_empty() {
            text.push_str(word);
        } else if column + 1 + length > COLUMNS {
            let _ = write!(text, "\n{:indent$}{word}", "");
            column = indent + length;
            continue;
        } else {
            let _ = write!(text, " {word}");
            column += 1;
        }
        column += length;
    }
    text
}

/// Characters of a name that are shown.
const LONGEST: usize = 60;

/// A name in quotation marks, without what a terminal would obey, and shortened if it is very long.
pub(crate) fn quoted(name: &str) -> String {
    let mut text = String::from("\"");
    for char in name.chars().take(LONGEST) {
        if char == '"' || char == '\\' || is_hidden(char) {
            text.extend(char.escape_default());
        } else {
            text.push(char);
        }
    }
    text.push('"');
    if name.chars().nth(LONGEST).is_some() {
        let _ = write!(text, "… ({} characters)", name.chars().count());
    }
    text
}

/// Whether a character controls the output, or changes the direction of the text around it.
fn is_hidden(char: char) -> bool {
    let reorders = matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    char.is_control() || reorders
}

#[cfg(test)]
mod tests {
    use super::{fault, quoted, wrapped};

    #[test]
    fn names_of_guests_can_do_no_harm() {
        assert_eq!(quoted("caf\u{e9} 1"), "\"caf\u{e9} 1\"");
        assert_eq!(quoted("\u{1b}[2J\n\"\\"), r#""\u{1b}[2J\n\"\\""#);
        assert_eq!(quoted("\u{9b}\u{202e}\0"), r#""\u{9b}\u{202e}\u{0}""#);
        assert_eq!(quoted(""), "\"\"");
    }

    #[test]
    fn a_fault_is_one_line() {
        let error = wasmparser::validate(b"noise that is long").map(drop).unwrap_err();
        assert_eq!(fault(&error), "byte 0: magic header not detected: bad magic number");
    }

    #[test]
    fn lines_are_wrapped_between_words() {
        let text = wrapped(&"word ".repeat(50), 6);
        assert!(text.lines().count() == 3 && text.split_whitespace().count() == 50, "{text}");
        assert!(text.lines().skip(1).all(|line| line.starts_with("      word")), "{text}");
        assert!(text.lines().all(|line| line.len() <= 100), "{text}");
        assert_eq!(text.lines().next().map(str::len), Some(94));
        let long = "x".repeat(200);
        assert_eq!(wrapped(&format!("a {long}"), 2), format!("a\n  {long}"));
    }

    #[test]
    fn long_names_are_shortened() {
        let long = "x".repeat(10_000);
        assert_eq!(quoted(&long), format!("\"{}\"… (10000 characters)", &long[..60]));
        assert_eq!(quoted(&long[..60]), format!("\"{}\"", &long[..60]));
    }
}
