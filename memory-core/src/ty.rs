//! The type of a linear memory: how large it may be, and how it is addressed.

mod builder;
#[cfg(test)]
mod tests;

pub use builder::MemoryTypeBuilder;

use crate::error::TypeError;
use crate::size::{PAGE_SIZE_LOG2, PageSize, Pages};

/// The type of a linear memory: its size limits in pages, its page size, the width of its
/// addresses and whether it is shared.
///
/// Making a type never fails; [`validate`](Self::validate) says whether it is valid.
///
/// ```
/// use vellum_memory::MemoryType;
///
/// let ty = MemoryType::new(1, Some(10));
/// assert_eq!((ty.minimum(), ty.maximum(), ty.page_size()), (1, Some(10), 65_536));
/// assert!(ty.validate().is_ok());
/// assert!(MemoryType::new(2, Some(1)).validate().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MemoryType {
    minimum: u64,
    maximum: Option<u64>,
    page_size_log2: u8,
    memory64: bool,
    shared: bool,
}

impl MemoryType {
    /// The type of a memory with 32-bit addresses and 64 KiB pages; sizes are in pages.
    pub const fn new(minimum: u32, maximum: Option<u32>) -> Self {
        let maximum = match maximum {
            Some(maximum) => Some(maximum as u64),
            None => None,
        };
        Self {
            minimum: minimum as u64,
            maximum,
            page_size_log2: PAGE_SIZE_LOG2,
            memory64: false,
            shared: false,
        }
    }

    /// The type of a memory with 64-bit addresses and 64 KiB pages; sizes are in pages.
    pub const fn new64(minimum: u64, maximum: Option<u64>) -> Self {
        Self { minimum, maximum, memory64: true, ..Self::new(0, None) }
    }

    /// The type of a shared memory with 32-bit addresses and 64 KiB pages; sizes are in pages.
    pub const fn shared(minimum: u32, maximum: u32) -> Self {
        Self { shared: true, ..Self::new(minimum, Some(maximum)) }
    }

    /// Starts with the type of an empty memory without maximum, with 32-bit addresses and 64 KiB
    /// pages.
    ///
    /// ```
    /// use vellum_memory::MemoryType;
    ///
    /// let bytes = MemoryType::builder().min(100).max(Some(4096)).page_size_log2(0).build()?;
    /// assert_eq!(bytes.page_size(), 1);
    /// # Ok::<(), vellum_memory::TypeError>(())
    /// ```
    pub const fn builder() -> MemoryTypeBuilder {
        MemoryTypeBuilder { ty: Self::new(0, None) }
    }

    /// The pages that a memory of this type has at first.
    pub const fn minimum(&self) -> u64 {
        self.minimum
    }

    /// The most pages that a memory of this type may ever have, if it says.
    pub const fn maximum(&self) -> Option<u64> {
        self.maximum
    }

    /// Whether addresses are 64 bits wide.
    pub const fn is_64(&self) -> bool {
        self.memory64
    }

    /// Whether the memory may be shared between threads.
    pub const fn is_shared(&self) -> bool {
        self.shared
    }

    /// The size of a page in bytes; 0 if the type is invalid because it is 2⁶⁴ bytes or more.
    pub const fn page_size(&self) -> u64 {
        match 1_u64.checked_shl(self.page_size_log2 as u32) {
            Some(bytes) => bytes,
            None => 0,
        }
    }

    /// The binary logarithm of the size of a page in bytes.
    pub const fn page_size_log2(&self) -> u8 {
        self.page_size_log2
    }

    /// The bytes that a memory of this type has at first.
    ///
    /// # Errors
    ///
    /// If the type is not valid, or 64 bits can't count the bytes.
    ///
    /// ```
    /// use vellum_memory::MemoryType;
    ///
    /// assert_eq!(MemoryType::new(2, None).minimum_byte_size(), Ok(131_072));
    /// ```
    pub fn minimum_byte_size(&self) -> Result<u64, TypeError> {
        let page = self.validated_page_size()?;
        match Pages(self.minimum).bytes(page) {
            Some(bytes) => Ok(bytes.0),
            None => Err(TypeError::TooLarge {
                pages: self.minimum,
                limit: Pages::addressable(self.memory64, page).0 - 1,
            }),
        }
    }

    /// Checks the type by the rules of the WebAssembly specification.
    ///
    /// # Errors
    ///
    /// Which rule it breaks, the first of: a page is 1 byte or 64 KiB, the addresses reach the
    /// minimum and the maximum, the minimum is no more than the maximum, a shared memory has a
    /// maximum.
    ///
    /// ```
    /// use vellum_memory::{MemoryType, TypeError};
    ///
    /// let error = TypeError::TooLarge { pages: 65_537, limit: 65_536 };
    /// assert_eq!(MemoryType::new(65_537, None).validate(), Err(error));
    /// ```
    pub fn validate(&self) -> Result<(), TypeError> {
        self.validated_page_size().map(drop)
    }

    /// Whether a memory of this type may be imported where `required` is asked for.
    ///
    /// Both are declared types; to ask about a memory that has grown, put its present size in
    /// place of its minimum.
    ///
    /// ```
    /// use vellum_memory::MemoryType;
    ///
    /// let offered = MemoryType::new(2, Some(3));
    /// assert!(offered.is_subtype_of(&MemoryType::new(1, Some(4))));
    /// assert!(!offered.is_subtype_of(&MemoryType::new(1, Some(2))));
    /// ```
    pub fn is_subtype_of(&self, required: &Self) -> bool {
        let within_maximum = match (self.maximum, required.maximum) {
            (_, None) => true,
            (Some(maximum), Some(allowed)) => maximum <= allowed,
            (None, Some(_)) => false,
        };
        self.memory64 == required.memory64
            && self.shared == required.shared
            && self.page_size_log2 == required.page_size_log2
            && self.minimum >= required.minimum
            && within_maximum
    }

    pub(crate) fn validated_page_size(&self) -> Result<PageSize, TypeError> {
        let Some(page) = PageSize::from_log2(self.page_size_log2) else {
            return Err(TypeError::PageSize { log2: self.page_size_log2 });
        };
        let Pages(limit) = Pages::addressable(self.memory64, page);
        let minimum = self.minimum;
        let maximum = self.maximum.unwrap_or(minimum);
        for pages in [minimum, maximum] {
            if pages > limit {
                return Err(TypeError::TooLarge { pages, limit });
            }
        }
        if minimum > maximum {
            return Err(TypeError::MinimumExceedsMaximum { minimum, maximum });
        }
        if self.shared && self.maximum.is_none() {
            return Err(TypeError::SharedWithoutMaximum);
        }
        Ok(page)
    }
}
