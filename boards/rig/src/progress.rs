//! Cargo's progress, passed on.

use std::io::{self, BufRead, BufReader, Read, Write};

/// What cargo says of each step, for someone who looks on.
const STEPS: [&str; 8] = [
    "Adding",
    "Compiling",
    "Downloaded",
    "Downloading",
    "Fresh",
    "Locking",
    "Updating",
    "warning: build failed, waiting",
];

/// Passes on what cargo says, except that it has finished: a fresh build is silent. Only someone who
/// looks on sees each step. That another cargo has to finish first is said to everyone.
pub(crate) fn forward(from: impl Read, to: &mut impl Write, onlooker: bool) -> io::Result<()> {
    let steps = if onlooker { &[][..] } else { &STEPS[..] };
    let hidden = [&["Finished"], steps].concat();
    let mut from = BufReader::new(from);
    let mut segment = Vec::new();
    loop {
        let available = from.fill_buf()?;
        if available.is_empty() {
            break;
        }
        // A progress bar ends in a carriage return, anything else in a line feed.
        let end = available.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let taken = end.map_or(available.len(), |end| end + 1);
        segment.extend_from_slice(available.get(..taken).unwrap_or_default());
        from.consume(taken);
        if end.is_some() {
            pass(&mut segment, to, &hidden)?;
        }
    }
    pass(&mut segment, to, &hidden)
}

fn pass(segment: &mut Vec<u8>, to: &mut impl Write, hidden: &[&str]) -> io::Result<()> {
    let text = plain(&String::from_utf8_lossy(segment));
    if !hidden.iter().any(|word| text.trim_start().starts_with(word)) {
        to.write_all(segment)?;
        to.flush()?;
    }
    segment.clear();
    Ok(())
}

/// Text without terminal escape sequences (`ESC [ … letter`).
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain += before;
        rest = after.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        rest = rest.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::forward;

    fn forwarded(text: &str) -> String {
        let mut out = Vec::new();
        forward(text.as_bytes(), &mut out, false).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_fresh_build_is_silent() {
        assert_eq!(forwarded("    Finished `release` profile [optimized] in 0.10s\n"), "");
        assert_eq!(forwarded("\u{1b}[1m\u{1b}[92m    Finished\u{1b}[0m `release` in 1s\n"), "");
    }

    #[test]
    fn only_an_onlooker_sees_the_steps() {
        let text = "   Compiling a v1\n    Updating crates.io index\n";
        assert_eq!(forwarded(text), "");
        let mut out = Vec::new();
        forward(text.as_bytes(), &mut out, true).unwrap();
        assert_eq!(out, text.as_bytes());
    }

    #[test]
    fn everyone_hears_of_waiting() {
        let text = "    Blocking waiting for file lock on build directory\n";
        assert_eq!(forwarded(text), text);
    }

    #[test]
    fn everything_else_is_passed_on() {
        let text = "\u{1b}[K Building [=>  ] 1/2\rerror: Finished\nwarning: a\nno line end";
        assert_eq!(forwarded(text), text);
    }
}
