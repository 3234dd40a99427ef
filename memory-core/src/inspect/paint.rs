//! How deep a guest's stack has been.

use core::ops::Range;

use crate::error::AccessError;

/// A stack that compilers keep in a memory, painted to tell how much of it has been in use.
///
/// Bytes that a guest leaves untouched, or where it writes the paint itself, do not count: the figure
/// is what has been written, from the top of the stack down to the lowest byte.
///
/// ```
/// use vellum_memory::{MemoryAccess, StackPaint};
///
/// let memory = &mut [0; 64][..];
/// let paint = StackPaint::new(memory, 0..32)?;
/// assert_eq!(paint.high_water(memory)?, 0);
///
/// memory.write(20, b"frame")?;
/// assert_eq!(paint.high_water(memory)?, 12);
/// # Ok::<(), vellum_memory::AccessError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct StackPaint {
    low: usize,
    high: usize,
}

impl StackPaint {
    /// What the stack is painted with.
    pub const PAINT: u8 = 0xa5;

    /// Paints all of `stack`, which must be in use by no function: between calls, down from the stack
    /// pointer. Only a guest that takes what is on its stack for zero can tell.
    ///
    /// # Errors
    ///
    /// If some of it lies outside the memory, or it ends before it starts.
    pub fn new(memory: &mut [u8], stack: Range<usize>) -> Result<Self, AccessError> {
        let Range { start: low, end: high } = stack;
        let error = outside(&stack, memory.len());
        memory.get_mut(stack).ok_or(error)?.fill(Self::PAINT);
        Ok(Self { low, high })
    }

    /// The paint of a stack at these addresses that was painted before, such as in a memory of which this
    /// machine has a copy. A range that ends before it starts is empty.
    pub const fn already(stack: Range<usize>) -> Self {
        let Range { start: low, end } = stack;
        Self { low, high: if end < low { low } else { end } }
    }

    /// The addresses of the stack, in bytes.
    pub const fn stack(&self) -> Range<usize> {
        self.low..self.high
    }

    /// The most bytes of the stack that were in use at once since it was painted.
    ///
    /// # Errors
    ///
    /// If some of the stack lies outside the memory, which then is another one.
    pub fn high_water(&self, memory: &[u8]) -> Result<usize, AccessError> {
        let outside = outside(&self.stack(), memory.len());
        let stack = memory.get(self.stack()).ok_or(outside)?;
        let untouched = stack.iter().take_while(|&&byte| byte == Self::PAINT).count();
        Ok(stack.len() - untouched)
    }
}

/// The error of a range that is not in a memory of this size.
fn outside(range: &Range<usize>, size: usize) -> AccessError {
    let &Range { start, end } = range;
    match end.checked_sub(start) {
        Some(len) => AccessError::OutOfBounds { offset: start, len, size },
        None => AccessError::Reversed { start, end },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_outside_is_an_error() {
        let memory = &mut [0; 8][..];
        let outside = StackPaint::new(memory, 4..9);
        assert_eq!(outside, Err(AccessError::OutOfBounds { offset: 4, len: 5, size: 8 }));
        assert_eq!(memory, [0; 8]);
        #[expect(clippy::reversed_empty_ranges, reason = "a hostile one")]
        let reversed = StackPaint::new(memory, 6..2);
        assert_eq!(reversed, Err(AccessError::Reversed { start: 6, end: 2 }));
        let paint = StackPaint::new(memory, 0..8).unwrap();
        assert!(paint.high_water(&memory[..4]).is_err());
    }

    #[test]
    fn all_of_it_may_be_in_use() {
        let memory = &mut [0; 8][..];
        let paint = StackPaint::new(memory, 2..6).unwrap();
        memory[2] = 1;
        assert_eq!(paint.high_water(memory), Ok(4));
        assert_eq!(StackPaint::already(2..6), paint);
        #[expect(clippy::reversed_empty_ranges, reason = "a hostile one")]
        let empty = StackPaint::already(6..2);
        assert_eq!(empty.high_water(memory), Ok(0));
        memory[0] = 1;
        assert_eq!(StackPaint::new(memory, 3..3).unwrap().high_water(memory), Ok(0));
    }
}
