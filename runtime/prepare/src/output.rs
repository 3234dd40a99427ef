//! Where emitted bytes go: counted, written, or searched for the origin of one of them.

use super::{error::PrepareError, leb::Leb, memories::reserve};
use alloc::vec::Vec;
use core::ops::Range;

/// Takes the emitted bytes, each with the byte of the input it stands for.
///
/// The emitter runs once to count, so that the bytes are allocated at once and exactly, and runs
/// again to write. Running it a third time tells where a byte comes from, so no map is kept.
pub(super) struct Output<'a> {
    module: &'a [u8],
    position: usize,
    target: Target,
}

enum Target {
    Count,
    Bytes(Vec<u8>),
    Origin { of: usize, found: Option<usize> },
}

impl<'a> Output<'a> {
    pub(super) fn count(module: &'a [u8]) -> Self {
        Self { module, position: 0, target: Target::Count }
    }

    /// Allocates room for exactly `length` bytes.
    pub(super) fn bytes(module: &'a [u8], length: usize) -> Result<Self, PrepareError> {
        let mut bytes = Vec::new();
        reserve(&mut bytes, length)?;
        Ok(Self { module, position: 0, target: Target::Bytes(bytes) })
    }

    pub(super) fn origin(module: &'a [u8], of: usize) -> Self {
        Self { module, position: 0, target: Target::Origin { of, found: None } }
    }

    pub(super) fn length(&self) -> usize {
        self.position
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self.target {
            Target::Bytes(bytes) => bytes,
            Target::Count | Target::Origin { .. } => Vec::new(),
        }
    }

    /// The origin that was asked for, if that byte was emitted.
    pub(super) fn found(&self) -> Option<usize> {
        match self.target {
            Target::Origin { found, .. } => found,
            Target::Count | Target::Bytes(_) => None,
        }
    }

    /// Emits bytes that all stand for the byte `origin` of the input.
    pub(super) fn put(&mut self, bytes: &[u8], origin: usize) {
        self.emit(bytes, |_| origin);
    }

    /// Emits an integer that stands for the byte `origin` of the input.
    pub(super) fn leb(&mut self, value: impl Into<u64>, origin: usize) {
        self.put(Leb::new(value.into()).as_bytes(), origin);
    }

    /// Emits a signed integer that stands for the byte `origin` of the input.
    pub(super) fn signed(&mut self, value: impl Into<i64>, origin: usize) {
        self.put(Leb::signed(value.into()).as_bytes(), origin);
    }

    /// Passes over `length` bytes if only their number counts, and returns whether it did.
    pub(super) fn pass(&mut self, length: usize) -> bool {
        let next = self.position.saturating_add(length);
        let passed = match &self.target {
            Target::Count => true,
            Target::Bytes(_) => false,
            Target::Origin { of, .. } => !(self.position..next).contains(of),
        };
        if passed {
            self.position = next;
        }
        passed
    }

    /// Emits bytes behind their length.
    pub(super) fn sized(&mut self, bytes: &[u8], origin: usize) {
        self.leb(bytes.len() as u64, origin);
        self.put(bytes, origin);
    }

    /// Emits a part of the input as it is.
    pub(super) fn copy(&mut self, range: Range<usize>) {
        let start = range.start;
        debug_assert!(self.module.get(range.clone()).is_some(), "{range:?} is past the end");
        self.emit(self.module.get(range).unwrap_or_default(), |nth| start + nth);
    }

    fn emit(&mut self, emitted: &[u8], origin: impl Fn(usize) -> usize) {
        match &mut self.target {
            Target::Count => {}
            Target::Bytes(bytes) => bytes.extend_from_slice(emitted),
            Target::Origin { of, found } => {
                let nth = of.checked_sub(self.position).filter(|nth| *nth < emitted.len());
                *found = nth.map(origin).or(*found);
            }
        }
        self.position = self.position.saturating_add(emitted.len());
    }
}
