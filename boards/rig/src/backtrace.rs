//! Backtraces of guests: what the firmware prints of them, with names, files and lines.

use std::fmt::Write as _;
use vellum_instrument::Symbols;

/// What begins a backtrace.
pub(crate) const TITLE: &str = "wasm backtrace:";

/// The backtrace of a run: empty until the firmware prints one.
#[derive(Debug, Default)]
pub(crate) struct Backtrace(Vec<Line>);

#[derive(Debug, PartialEq, Eq)]
enum Line {
    /// A frame's number, the offset of its instruction, and what the firmware knows of it.
    Frame(u32, u32, String),
    /// Frames that are not known.
    More(u32),
}

impl Backtrace {
    /// Takes in a line, and tells whether it is one of a backtrace.
    pub(crate) fn take(&mut self, line: &str) -> bool {
        if line == TITLE {
            // The last one counts.
            self.0.clear();
            return true;
        }
        let line = frame(line).or_else(|| {
            let count = line.trim_start().strip_suffix(" more")?;
            (!self.0.is_empty()).then_some(Line::More(count.parse().ok()?))
        });
        let is_frame = line.is_some();
        self.0.extend(line);
        is_frame
    }

    /// Whether the firmware printed none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The offsets of the frames, innermost first.
    pub(crate) fn offsets(&self) -> impl Iterator<Item = u32> {
        self.0.iter().filter_map(|line| match line {
            Line::Frame(_, offset, _) => Some(*offset),
            Line::More(_) => None,
        })
    }

    /// The text, as wasmtime has it; empty if there was no backtrace.
    pub(crate) fn render(&self, module: &str, symbols: &Symbols<'_>) -> String {
        let mut text = String::new();
        if !self.0.is_empty() {
            text = format!("{TITLE}\n");
        }
        for line in &self.0 {
            // Writing to a string does not fail.
            let _ = match line {
                Line::More(count) => writeln!(text, "       {count} more"),
                Line::Frame(number, offset, known) => {
                    frame_text(&mut text, module, symbols, (*number, *offset, known))
                }
            };
        }
        text
    }
}

fn frame_text(
    text: &mut String,
    module: &str,
    symbols: &Symbols<'_>,
    (number, offset, known): (u32, u32, &str),
) -> std::fmt::Result {
    let mut start = format!("{number:>5}: {offset:>#8x}");
    for symbol in symbols.at(offset) {
        let index = symbols.function_at(offset).map(|index| format!("<wasm function {index}>"));
        let name = symbol.name.or(index).unwrap_or_else(|| known.to_owned());
        writeln!(text, "{start} - {module}!{name}")?;
        if let Some(location) = symbol.location {
            writeln!(text, "                    at {location}")?;
        }
        start = " ".repeat(start.len());
    }
    Ok(())
}

/// A line such as `    0:   0x1e - name!<wasm function 3>`.
fn frame(line: &str) -> Option<Line> {
    let (number, rest) = line.trim_start().split_once(": ")?;
    let (offset, known) = rest.trim_start().strip_prefix("0x")?.split_once(" - ")?;
    let known = known.rsplit_once('!').map_or(known, |(_, function)| function);
    let offset = u32::from_str_radix(offset, 16).ok()?;
    Some(Line::Frame(number.parse().ok()?, offset, known.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::Backtrace;
    use vellum_instrument::Symbols;

    #[test]
    fn frames_have_the_names_of_the_module() {
        let text = "(module (import \"a\" \"b\" (func)) (func $main call 0) (func unreachable))";
        let module = wat::parse_str(text).unwrap();
        let symbols = Symbols::of(&module).unwrap();
        let at = |code: &[u8]| module.windows(code.len()).position(|it| it == code).unwrap();
        let (call, trap) = (at(&[0x10, 0, 0x0b]), at(&[3, 0, 0, 0x0b]) + 2);
        let mut backtrace = Backtrace::default();
        assert!(!backtrace.take("       3 more"));
        assert_eq!(backtrace.render("a.wasm", &symbols), "");
        for line in [
            "wasm backtrace:".to_owned(),
            format!("    0: {trap:>#6x} - <unknown>!<wasm function 2>"),
            "       3 more".to_owned(),
            format!("    4: {call:>#6x} - <unknown>!<wasm function 1>"),
            "    5:  0xfff - m!<wasm function 9>".to_owned(),
        ] {
            assert!(backtrace.take(&line), "{line}");
        }
        for other in ["result: 3", "0: 1", "4 more or less", "5: 0xzz - a", "report: load: 3 bytes"]
        {
            assert!(!backtrace.take(other), "{other}");
        }
        let expected = format!(
            "wasm backtrace:\n    0: {trap:>#8x} - a.wasm!<wasm function 2>\n       3 more\n    \
             4: {call:>#8x} - a.wasm!main\n    5:    0xfff - a.wasm!<wasm function 9>\n"
        );
        assert_eq!(backtrace.render("a.wasm", &symbols), expected);
    }
}
