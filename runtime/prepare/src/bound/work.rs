//! How long looking at a module may take.

use super::super::section::Sections;

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
    /// A module that states its bound is looked at for as long as before it did.
    pub(super) fn of(module: &[u8], sections: &Sections) -> Self {
        let stated = sections.bound.map_or(0, |section| section.whole().len());
        let bytes = module.len().saturating_sub(stated);
        Self { left: bytes.saturating_mul(PER_BYTE).saturating_add(ANYWAY) }
    }

    /// Takes steps, if there are so many left.
    pub(super) fn take(&mut self, steps: usize) -> Option<()> {
        self.left = self.left.checked_sub(steps)?;
        Some(())
    }
}
