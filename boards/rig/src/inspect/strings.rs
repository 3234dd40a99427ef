//! Text in a memory.

/// Characters that make a string.
const SHORTEST: usize = 4;
/// Strings that are listed.
const LISTED: usize = 2000;
/// Characters of a string that are listed.
const LONGEST: usize = 200;

/// Runs of printable ASCII with the address of each, the first ones.
pub(crate) fn strings(bytes: &[u8]) -> Vec<(usize, String)> {
    let is_text = |byte: &u8| *byte == b' ' || byte.is_ascii_graphic();
    let mut found = Vec::new();
    let mut start = 0;
    for run in bytes.split(|byte| !is_text(byte)) {
        if run.len() >= SHORTEST {
            let text = run.iter().take(LONGEST).map(|byte| char::from(*byte));
            found.push((start, text.collect()));
            if found.len() == LISTED {
                break;
            }
        }
        start += run.len() + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::strings;

    #[test]
    fn runs_of_four_are_strings() {
        let found = strings(b"\0\0text\0abc\0\xff<b>!\n");
        assert_eq!(found, [(2, "text".to_owned()), (12, "<b>!".to_owned())]);
        assert_eq!(strings(b"last"), [(0, "last".to_owned())]);
        assert!(strings(b"").is_empty());
    }

    #[test]
    fn what_is_long_or_many_is_cut() {
        assert_eq!(strings(&[b'x'; 1000])[0].1.len(), 200);
        assert_eq!(strings(&b"text\0".repeat(3000)).len(), 2000);
    }
}
