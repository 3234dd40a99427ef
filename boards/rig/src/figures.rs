//! Figures with their thousands apart, also in the lines of the firmware.

#[path = "../../../runtime/build/src/thousands.rs"]
mod thousands;

pub(crate) use thousands::thousands;

/// Digits of a figure that is hard to read in one piece.
const LONG: usize = 5;
/// What follows a figure that is a size, or one of a limit.
const UNITS: [&str; 6] = [" bytes", " free", ", found ", ")", ",", ""];

/// A line of the firmware, its sizes with their thousands apart. Only those of lines that tell what there is too
/// little of are sizes, and only outside quotes, where names of a guest stand.
pub(crate) fn separated(line: &str) -> String {
    const SIZES: [&str; 3] = ["out of heap", "out of pages", "limit exceeded"];
    let what = line.strip_prefix("last boot: ").unwrap_or(line);
    if !SIZES.iter().any(|start| what.starts_with(start)) {
        return line.to_owned();
    }
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit() || c == '"') {
        let (before, from) = rest.split_at(start);
        text += before;
        let end = if from.starts_with('"') { quoted(from) } else { word(from) };
        let (piece, after) = from.split_at(end);
        let is_alone = !before.ends_with(|c: char| c.is_alphanumeric() || "_.:-".contains(c));
        let is_size = is_alone && UNITS.iter().any(|unit| begins(after, unit));
        match piece.parse().ok().filter(|_| is_size && piece.len() >= LONG) {
            Some(figure) => text += &thousands(figure),
            None => text += piece,
        }
        rest = after;
    }
    text + rest
}

/// Whether a text begins so; only the empty one with nothing.
fn begins(text: &str, with: &str) -> bool {
    if with.is_empty() { text.is_empty() } else { text.starts_with(with) }
}

/// Bytes of the quotation that a text begins with, in which a backslash escapes.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Bytes of the word that a text begins with.
fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// A count in thousands, rounded.
pub(crate) fn in_thousands(count: u64) -> String {
    thousands((count + 500) / 1000)
}

#[cfg(test)]
mod tests {
    use super::separated;

    #[test]
    fn sizes_have_separators() {
        for (line, shown) in [
            (
                "out of heap: needs 112544 bytes, 103448 free",
                "out of heap: needs 112,544 bytes, 103,448 free",
            ),
            ("out of heap: needs 10000 bytes", "out of heap: needs 10,000 bytes"),
            (
                "out of heap: needs 4096 bytes, the largest free block has 10240",
                "out of heap: needs 4096 bytes, the largest free block has 10,240",
            ),
            (
                "out of pages: needs 17 pages (1114112 bytes), 0 bytes free",
                "out of pages: needs 17 pages (1,114,112 bytes), 0 bytes free",
            ),
            (
                "limit exceeded: Config::max_value_stack (at most 268435456, found 1073741824)",
                "limit exceeded: Config::max_value_stack (at most 268,435,456, found 1,073,741,824)",
            ),
            (
                "last boot: out of heap: needs 1073741823 bytes, 99999 free on core 1: at 0x00012345",
                "last boot: out of heap: needs 1,073,741,823 bytes, 99,999 free on core 1: at 0x00012345",
            ),
        ] {
            assert_eq!(separated(line), shown);
        }
    }

    #[test]
    fn all_else_stays() {
        for line in [
            "unreachable: \"take 123456 bytes\"",
            "unknown export: \"123456 bytes\"",
            "exit code 123456",
            "result: 589824",
            "123456 bytes",
            "out of heap: needs 9999 bytes, 10 free",
            "out of heap: \"needs 123456 bytes\", \"a\\\"123456 bytes\", é123456 bytes",
            "out of heap: at 0x10001234, 0x0012345 (a123456 bytes)",
            "out of heap: main.rs:123456",
        ] {
            assert_eq!(separated(line), line);
        }
    }
}
