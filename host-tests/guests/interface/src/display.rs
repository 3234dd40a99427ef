//! What the guest and its host have in common.

vellum_guest::interface! {
    /// Where a pixel is, and how bright.
    pub struct Pixel {
        /// From the left.
        x: u16,
        y: u16,
        brightness: u32,
    }

    /// What is under a finger.
    pub struct Touch { at: u32, force: f32 }

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
        /// Draws pixels beside one.
        fn draw(pixels: &[Pixel], beside: &Pixel) -> u32;
        /// Makes pixels twice as bright.
        fn brighten(pixels: &mut [Pixel]);
        /// Tells what is touched after this touch.
        fn next(touch: &mut Touch);
        /// Clears all.
        fn clear();
    }
}
