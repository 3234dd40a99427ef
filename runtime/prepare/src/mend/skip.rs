//! Passing over immediates.
//!
//! What is too long for an integer is passed over, too: the interpreter refuses it.

use super::super::suspect::unsigned;

/// Passes over an integer.
pub(super) fn skip(mut bytes: &[u8]) -> &[u8] {
    while let [byte, behind @ ..] = bytes {
        bytes = behind;
        if *byte < 0x80 {
            break;
        }
    }
    bytes
}

/// Passes over the immediates of an access to memory.
pub(super) fn access(behind: &[u8]) -> &[u8] {
    const HAS_MEMORY: u8 = 1 << 6;
    let other = behind.first().is_some_and(|flags| flags & HAS_MEMORY != 0);
    let behind = if other { skip(behind) } else { behind };
    skip(skip(behind))
}

/// Whether these are the immediates of an access to another memory than the first one, or with an
/// offset of more than 16 bits.
pub(super) fn is_far(behind: &[u8]) -> bool {
    const LARGEST_ALIGNMENT: u32 = 3;
    let Some((flags, behind)) = unsigned(behind) else { return true };
    if flags <= LARGEST_ALIGNMENT {
        return unsigned(behind).is_none_or(|(offset, _)| offset > u32::from(u16::MAX));
    }
    (1 << 6..=(1 << 6) + LARGEST_ALIGNMENT).contains(&flags)
}
