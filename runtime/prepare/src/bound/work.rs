//! How long looking at a module may take.

/// Steps for each byte of the module.
const PER_BYTE: usize = 32;
/// Steps for any module.
const ANYWAY: usize = 1 << 12;

/// Steps that are left. Looking things up in a module is linear in its length with this, whatever
/// the module; where there are none left, the bound is a coarse one.
pub(super) struct Work {
    left: usize,
}

impl Work {
    pub(super) fn of(module: &[u8]) -> Self {
        Self { left: module.len().saturating_mul(PER_BYTE).saturating_add(ANYWAY) }
    }

    /// Takes steps, if there are so many left.
    pub(super) fn take(&mut self, steps: usize) -> Option<()> {
        self.left = self.left.checked_sub(steps)?;
        Some(())
    }
}
