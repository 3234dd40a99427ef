//! The large blocks that are in use.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Bytes from which on a block is large.
pub const LARGE: usize = 4096;

/// How many large blocks are known at most; what is more is looked at when it is freed.
const BLOCKS: usize = 1 << 14;

/// A block, by the address that its owner has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) address: usize,
    pub(super) size: usize,
    pub(super) guard: usize,
}

/// Something was written beside a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged {
    /// Bytes of the block.
    pub size: usize,
    /// Where the damage is, counted from the block's begin.
    pub at: isize,
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {} of a block of {} bytes was written", self.at, self.size)
    }
}

impl std::error::Error for Damaged {}

struct Live {
    blocks: [Block; BLOCKS],
    count: usize,
}

/// A registry of fixed size: it is asked while the heap is.
static LIVE: Mutex<Live> =
    Mutex::new(Live { blocks: [Block { address: 0, size: 0, guard: 0 }; BLOCKS], count: 0 });

fn with<R>(act: impl FnOnce(&mut Live) -> R) -> R {
    act(&mut LIVE.lock().unwrap_or_else(PoisonError::into_inner))
}

pub(super) fn add(block: Block) {
    with(|live| {
        if let Some(free) = live.blocks.get_mut(live.count) {
            *free = block;
            live.count += 1;
        }
    });
}

pub(super) fn remove(block: Block) {
    with(|live| {
        if let Some(found) = live.blocks[..live.count].iter().rposition(|known| *known == block) {
            live.count -= 1;
            live.blocks.swap(found, live.count);
        }
    });
}

/// Looks at all of them while none can be freed.
pub(super) fn check(find_damage: impl Fn(Block) -> Option<Damaged>) -> Result<usize, Damaged> {
    with(|live| match live.blocks[..live.count].iter().find_map(|block| find_damage(*block)) {
        Some(damaged) => Err(damaged),
        None => Ok(live.count),
    })
}
