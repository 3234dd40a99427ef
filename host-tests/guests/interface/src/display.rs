//! What the guest and its host have in common.

vellum_guest::interface! {
    /// A display of one line, and what is beside it.
    pub trait Display in "display" {
        /// Shows a text from this column on, and gives how many columns it took.
        fn show(column: u32, text: &str) -> u32;
        /// Takes a picture with its name.
        fn picture(name: &str, bytes: &[u8], scale: f64);
        /// Waits for so many ticks, and gives what time it is.
        fn wait(ticks: i64) -> u64;
        /// Fills bytes with counting numbers, and gives their sum.
    fn count(first: u32, bytes: &mut [u8]) -> u32;
    /// Clears all.
        fn clear();
    }
}
