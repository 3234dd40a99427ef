//! A limiter in the embedder's data.

use vellum::{Error, PAGE_SIZE, ResourceLimiter};

/// What the guest may have, and what it did.
#[derive(Default)]
pub(super) struct Budget {
    /// How often the limiter was asked.
    pub(super) asked: u32,
    /// How many samples the guest has asked for.
    pub(super) samples: u32,
}

impl ResourceLimiter for Budget {
    /// Two pages.
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, Error> {
        self.asked += 1;
        Ok(desired <= 2 * PAGE_SIZE)
    }

    /// Five elements; for more the call ends.
    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, Error> {
        self.asked += 1;
        if desired <= 5 { Ok(true) } else { Err(Error::Exit(5)) }
    }
}
