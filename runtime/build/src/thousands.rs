//! Figures that people can read.

/// A figure with its thousands apart: `469,004`.
pub(crate) fn thousands(figure: u64) -> String {
    let digits = figure.to_string();
    let (head, tail) = digits.split_at(digits.len() % 3);
    let groups = tail.as_bytes().chunks(3).map(String::from_utf8_lossy);
    let head = (!head.is_empty()).then(|| head.into());
    head.into_iter().chain(groups).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn thousands_are_apart() {
        let shown = [0, 7, 999, 1000, 469_004, 1_000_000].map(thousands);
        assert_eq!(shown, ["0", "7", "999", "1,000", "469,004", "1,000,000"]);
    }
}
