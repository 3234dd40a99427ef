//! Finding items of a section by their index.

/// How many places of a section are remembered.
const PLACES: usize = 64;

/// Where every so many items of a section begin.
pub(super) struct Checkpoints {
    places: [u32; PLACES],
    stride: u32,
    count: u32,
}

impl Checkpoints {
    /// Of a section of at most so many items.
    pub(super) fn new(most: u32) -> Self {
        let stride = most.div_ceil(PLACES as u32).max(1);
        Self { places: [0; PLACES], stride, count: 0 }
    }

    /// The next item begins there.
    pub(super) fn push(&mut self, at: usize) {
        if self.count.is_multiple_of(self.stride) {
            let slot = self.places.get_mut((self.count / self.stride) as usize);
            if let (Some(place), Ok(at)) = (slot, u32::try_from(at)) {
                *place = at;
            }
        }
        self.count = self.count.saturating_add(1);
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Where an item at or before that one begins, and how many items there are between them.
    pub(super) fn before(&self, index: u32) -> Option<(usize, u32)> {
        if index >= self.count {
            return None;
        }
        let place = self.places.get((index / self.stride) as usize)?;
        Some((usize::try_from(*place).ok()?, index % self.stride))
    }
}
