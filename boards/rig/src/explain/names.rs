//! Names that may have been meant.

/// Whether two names differ in case, or in a few characters.
pub(super) fn are_near(asked: &str, name: &str) -> bool {
    // Long names of a hostile module are not worth the time.
    const LONGEST: usize = 64;
    if asked.len() > LONGEST || name.len() > LONGEST || asked.is_empty() {
        return false;
    }
    let (asked, name) = (asked.to_lowercase(), name.to_lowercase());
    let most = asked.chars().count().div_ceil(4).min(3);
    distance(&asked, &name) <= most || (name.contains(&asked) && asked.len() > 2)
}

/// Insertions, deletions and replacements from one to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, char) in from.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (above, other) in row.iter_mut().skip(1).zip(&to) {
            let replaced = diagonal + usize::from(char != *other);
            diagonal = *above;
            left = replaced.min(left + 1).min(*above + 1);
            *above = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{are_near, distance};

    #[test]
    fn typing_errors_are_near() {
        for (asked, name) in
            [("ad", "add"), ("Add", "add"), ("fibb", "fib"), ("parse", "parse_line")]
        {
            assert!(are_near(asked, name), "{asked} {name}");
        }
        for (asked, name) in [("add", "mul"), ("f", "gh"), ("", "a"), ("ab", "zzabzz")] {
            assert!(!are_near(asked, name), "{asked} {name}");
        }
        assert!(!are_near(&"x".repeat(65), &"x".repeat(65)));
    }

    #[test]
    fn distances() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
