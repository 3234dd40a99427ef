//! A program's arguments and environment, as one text.
//!
//! Each string ends with [`END`] but for the last one. The first letter tells what it is: `a` an argument, `e`
//! a variable of the environment, as `NAME=VALUE`.

/// What is between two strings.
pub const END: char = '\u{1f}';

/// The arguments.
pub(super) fn arguments(text: &str) -> impl Iterator<Item = &str> {
    text.split(END).filter_map(|string| string.strip_prefix('a'))
}

/// The variables of the environment, and their values.
pub(super) fn environment(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(END).filter_map(|string| string.strip_prefix('e')?.split_once('='))
}

#[cfg(test)]
mod tests {
    use super::{arguments, environment};

    #[test]
    fn strings_are_told_apart() {
        let text = "a-v\u{1f}eA=1=2\u{1f}a\u{1f}eB=";
        assert!(arguments(text).eq(["-v", ""]));
        assert!(environment(text).eq([("A", "1=2"), ("B", "")]));
        for empty in ["", "x", "eA", "\u{1f}"] {
            assert_eq!((arguments(empty).count(), environment(empty).count()), (0, 0), "{empty}");
        }
    }
}
