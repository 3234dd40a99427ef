//! How a module is instrumented.

use crate::layout::SLOT;

/// How a module is instrumented.
///
/// ```
/// use vellum_instrument::InstrumentOptions;
///
/// assert_eq!(InstrumentOptions::new().frames, 128);
/// assert_eq!(InstrumentOptions::new().frames(16).frames, 16);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstrumentOptions {
    /// Frames that the shadow stack has room for. Of a deeper recursion the outermost so many are
    /// told, and the innermost.
    pub frames: u16,
    /// Whether the host can reach all memories and globals, for a core dump.
    pub core_dump: bool,
    /// After how many units the module tells the host, if it is to be profiled.
    pub profile: Option<u32>,
}

impl InstrumentOptions {
    /// Room for 128 frames.
    pub const fn new() -> Self {
        Self { frames: 128, core_dump: false, profile: None }
    }

    /// Makes room for so many frames, of eight bytes each.
    #[must_use]
    pub const fn frames(mut self, frames: u16) -> Self {
        self.frames = frames;
        self
    }

    /// Lets the host reach all memories and globals, for a core dump.
    #[must_use]
    pub const fn core_dump(mut self, core_dump: bool) -> Self {
        self.core_dump = core_dump;
        self
    }

    /// Has the module call the host function `("vellum.profile", "sample")` when so many units have passed, with
    /// their exact number. A unit is an operator that is executed.
    #[must_use]
    pub const fn profile(mut self, units: u32) -> Self {
        self.profile = Some(units);
        self
    }

    /// Bytes of the frames that are told one by one.
    pub(crate) fn bytes(&self) -> u32 {
        u32::from(self.frames) * SLOT
    }
}

impl Default for InstrumentOptions {
    fn default() -> Self {
        Self::new()
    }
}
