//! The ledger that the firmware writes: each change of its heap.

use anyhow::{Context, Result, bail};

/// An entry of the ledger.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Peaks are counted anew.
    Restart,
    /// A job goes on to the step of this number.
    Step(u32),
    Change(Change),
}

/// A block has taken the place of another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The address of the block that is gone, 0 for none.
    pub(super) old: u32,
    /// The address of the block that is there, 0 for none.
    pub(super) new: u32,
    /// The bytes of that block.
    pub(super) size: u32,
    pub(super) place: Place,
}

/// Where the code was.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) pc: u32,
    pub(super) sp: u32,
    pub(super) r7: u32,
    /// The words of the stack from the stack pointer on.
    pub(super) stack: Vec<u32>,
}

/// Steps that a job has.
const STEPS: u32 = 4;

/// Reads a ledger.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Entry>> {
    let (words, rest) = bytes.as_chunks();
    if !rest.is_empty() {
        bail!("the ledger of the heap is cut off");
    }
    let mut words = words.iter().map(|bytes| u32::from_le_bytes(*bytes));
    let mut entries = Vec::new();
    while let Some(kind) = words.next() {
        let mut word = || words.next().context("the ledger of the heap is cut off");
        let [old, new, size] = [word()?, word()?, word()?];
        let [pc, sp, r7, count] = [word()?, word()?, word()?, word()?];
        let stack = (0..count).map(|_| word()).collect::<Result<_>>()?;
        entries.push(match kind {
            0 => Entry::Restart,
            step @ 1..=STEPS => Entry::Step(step - 1),
            _ => Entry::Change(Change { old, new, size, place: Place { pc, sp, r7, stack } }),
        });
    }
    Ok(entries)
}
