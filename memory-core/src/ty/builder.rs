//! A memory's type, made step by step.

use super::MemoryType;
use crate::error::TypeError;

/// Makes a [`MemoryType`] step by step.
///
/// ```
/// use vellum_memory::MemoryType;
///
/// let ty = MemoryType::builder().min(1000).max(Some(2000)).page_size_log2(0).build()?;
/// assert_eq!((ty.page_size(), ty.maximum()), (1, Some(2000)));
/// assert!(MemoryType::builder().shared(true).build().is_err());
/// # Ok::<(), vellum_memory::TypeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MemoryTypeBuilder {
    pub(super) ty: MemoryType,
}

impl MemoryTypeBuilder {
    /// Sets the pages that the memory has at first.
    #[must_use]
    pub const fn min(mut self, pages: u64) -> Self {
        self.ty.minimum = pages;
        self
    }

    /// Sets the most pages that the memory may ever have.
    #[must_use]
    pub const fn max(mut self, pages: Option<u64>) -> Self {
        self.ty.maximum = pages;
        self
    }

    /// Sets whether the memory may be shared between threads.
    #[must_use]
    pub const fn shared(mut self, shared: bool) -> Self {
        self.ty.shared = shared;
        self
    }

    /// Sets whether addresses are 64 bits wide.
    #[must_use]
    pub const fn memory64(mut self, memory64: bool) -> Self {
        self.ty.memory64 = memory64;
        self
    }

    /// Sets the binary logarithm of the size of a page in bytes.
    #[must_use]
    pub const fn page_size_log2(mut self, log2: u8) -> Self {
        self.ty.page_size_log2 = log2;
        self
    }

    /// The type, if it is valid.
    ///
    /// # Errors
    ///
    /// As [`MemoryType::validate`].
    pub fn build(self) -> Result<MemoryType, TypeError> {
        self.ty.validate()?;
        Ok(self.ty)
    }
}
