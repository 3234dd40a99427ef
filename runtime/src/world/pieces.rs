//! Bulk operations in pieces, between which a guest can be stopped.
//!
//! Without an interruption each is one piece.

use super::interruption::{Interruption, PIECE};
use crate::error::{Error, trap::Trap};
use core::ops::Range;

/// Sets bytes of a memory.
pub(crate) fn fill(
    bytes: &mut [u8],
    to: usize,
    value: u8,
    length: usize,
    interruption: Option<&Interruption>,
) -> Result<(), Error> {
    let target = bytes.get_mut(range(to, length)?).ok_or(Trap::MemoryOutOfBounds)?;
    each(length, false, interruption, |piece| {
        target.get_mut(piece).unwrap_or_default().fill(value);
    })
}

/// Copies bytes of a memory to another place of it.
pub(crate) fn copy_within(
    bytes: &mut [u8],
    to: usize,
    from: usize,
    length: usize,
    interruption: Option<&Interruption>,
) -> Result<(), Error> {
    let (target, source) = (range(to, length)?, range(from, length)?);
    if target.end > bytes.len() || source.end > bytes.len() {
        return Err(Trap::MemoryOutOfBounds.into());
    }
    // What is not copied yet is not overwritten.
    each(length, to > from, interruption, |piece| {
        bytes.copy_within(from + piece.start..from + piece.end, to + piece.start);
    })
}

/// Copies bytes to a memory from another one, or from a segment.
pub(crate) fn copy(
    bytes: &mut [u8],
    to: usize,
    source: &[u8],
    from: usize,
    length: usize,
    interruption: Option<&Interruption>,
) -> Result<(), Error> {
    let source = source.get(range(from, length)?).ok_or(Trap::MemoryOutOfBounds)?;
    let target = bytes.get_mut(range(to, length)?).ok_or(Trap::MemoryOutOfBounds)?;
    each(length, false, interruption, |piece| {
        let source = source.get(piece.clone()).unwrap_or_default();
        target.get_mut(piece).unwrap_or_default().copy_from_slice(source);
    })
}

fn range(start: usize, length: usize) -> Result<Range<usize>, Error> {
    Ok(start..start.checked_add(length).ok_or(Trap::MemoryOutOfBounds)?)
}

/// Does something to each piece of so many bytes, from the last one on if `backwards`, unless it is to
/// stop before.
fn each(
    length: usize,
    backwards: bool,
    interruption: Option<&Interruption>,
    mut piece: impl FnMut(Range<usize>),
) -> Result<(), Error> {
    let Some(interruption) = interruption else {
        piece(0..length);
        return Ok(());
    };
    let pieces = length.div_ceil(PIECE);
    for nth in 0..pieces {
        interruption.check()?;
        let start = if backwards { pieces - 1 - nth } else { nth } * PIECE;
        piece(start..length.min(start + PIECE));
    }
    Ok(())
}

#[cfg(all(test, feature = "interruption"))]
mod tests {
    use super::{PIECE, each};
    use crate::engine::{Engine, config::Config};
    use crate::error::Error;
    use crate::world::interruption::Interruption;
    use alloc::vec::Vec;

    #[test]
    fn pieces_are_whole_in_both_directions() {
        let engine = Engine::new(Config::new().interruptible(true)).unwrap();
        let interruption = Interruption::of(&engine);
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            for backwards in [false, true] {
                let mut pieces = Vec::new();
                let each =
                    each(length, backwards, interruption.as_ref(), |piece| pieces.push(piece));
                each.unwrap();
                assert!(pieces.iter().all(|piece| piece.len() <= PIECE));
                if backwards {
                    pieces.reverse();
                }
                let end = pieces.iter().fold(0, |end, piece| {
                    assert_eq!(piece.start, end);
                    piece.end
                });
                assert_eq!(end, length);
            }
        }
    }

    #[test]
    fn nothing_is_done_after_a_request() {
        let engine = Engine::new(Config::new().interruptible(true)).unwrap();
        let interruption = Interruption::of(&engine).unwrap();
        let mut pieces = 0;
        let stopped = each(5 * PIECE, false, Some(&interruption), |_| {
            pieces += 1;
            if pieces == 2 {
                interruption.interrupt.request();
            }
        });
        assert!(matches!(stopped, Err(Error::Interrupted)));
        assert_eq!(pieces, 2);
    }
}
