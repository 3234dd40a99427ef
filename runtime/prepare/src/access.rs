//! What a call of the host does to a locked memory, in one integer.

use vellum_memory::AtomicRmw;

/// An access to a locked memory, which its [`Helper`](super::Helper) gets as one `i32`.
///
/// ```
/// use vellum_memory::AtomicRmw;
/// use vellum_prepare::Access;
///
/// let access = Access { memory: 1, width_log2: 2, atomic: true, operation: AtomicRmw::Add };
/// assert_eq!(access.width(), 4);
/// assert_eq!(Access::decode(access.encode()), Some(access));
/// assert_eq!(Access::decode(-1), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Access {
    /// The index of the memory, at most 255.
    pub memory: u32,
    /// The number of bytes as a power of two: 0 to 3.
    pub width_log2: u8,
    /// Whether the instruction is atomic, so that its address must be a multiple of its width.
    pub atomic: bool,
    /// What a read-modify-write does; unused by others.
    pub operation: AtomicRmw,
}

impl Access {
    /// Packs the access: the memory in bits 0 to 7, the width in 8 and 9, atomicity in 10, the
    /// operation in 11 to 13. Bits that don't fit are dropped.
    pub const fn encode(self) -> i32 {
        let memory = self.memory & 0xff;
        let width = (self.width_log2 & 3) as u32;
        let code = memory | width << 8 | (self.atomic as u32) << 10 | (self.operation as u32) << 11;
        code.cast_signed()
    }

    /// Unpacks an access; `None` if it is not valid.
    pub fn decode(code: i32) -> Option<Self> {
        let code = code.cast_unsigned();
        let operation = *AtomicRmw::ALL.get(usize::try_from(code >> 11).ok()?)?;
        Some(Self {
            memory: code & 0xff,
            width_log2: (code >> 8 & 3) as u8,
            atomic: code >> 10 & 1 != 0,
            operation,
        })
    }

    /// The number of bytes: 1, 2, 4 or 8.
    pub const fn width(self) -> usize {
        1 << (self.width_log2 & 3)
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, AtomicRmw};

    #[test]
    fn every_access_is_unpacked_as_it_was_packed() {
        for (nth, operation) in AtomicRmw::ALL.into_iter().enumerate() {
            for (memory, width_log2) in [(0, 0), (1, 1), (99, 2), (255, 3)] {
                for atomic in [false, true] {
                    let access = Access { memory, width_log2, atomic, operation };
                    assert_eq!(Access::decode(access.encode()), Some(access));
                    let code = memory as i32
                        | i32::from(width_log2) << 8
                        | i32::from(atomic) << 10
                        | (nth as i32) << 11;
                    assert_eq!(access.encode(), code);
                    assert_eq!(access.width(), 1 << width_log2);
                }
            }
        }
    }

    #[test]
    fn codes_of_nothing_are_refused() {
        for code in [6 << 11, 7 << 11, 1 << 14, 1 << 30, i32::MIN, -1] {
            assert_eq!(Access::decode(code), None, "{code:#x}");
        }
    }
}
