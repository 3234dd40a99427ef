//! Names that a guest has chosen, made fit to be shown.

use std::fmt::Write;

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
    use super::quoted;

    #[test]
    fn names_of_guests_can_do_no_harm() {
        assert_eq!(quoted("caf\u{e9} 1"), "\"caf\u{e9} 1\"");
        assert_eq!(quoted("\u{1b}[2J\n\"\\"), r#""\u{1b}[2J\n\"\\""#);
        assert_eq!(quoted("\u{9b}\u{202e}\0"), r#""\u{9b}\u{202e}\u{0}""#);
        assert_eq!(quoted(""), "\"\"");
    }

    #[test]
    fn long_names_are_shortened() {
        let long = "x".repeat(10_000);
        assert_eq!(quoted(&long), format!("\"{}\"… (10000 characters)", &long[..60]));
        assert_eq!(quoted(&long[..60]), format!("\"{}\"", &long[..60]));
    }
}
