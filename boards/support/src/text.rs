//! Names that are kept by value: a report may outlive what they were taken from.

use core::sync::atomic::{AtomicU8, AtomicU32, Ordering::Relaxed};

/// A name of at most `N` bytes.
#[derive(Clone, Copy, Hash)]
#[repr(C)]
pub(crate) struct Text<const N: usize> {
    length: u32,
    bytes: [u8; N],
}

impl<const N: usize> Text<N> {
    /// The name, as far as it is one.
    pub(crate) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length as usize).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// A name that may be read at any time, and on another core. Read while it is written, it may be
/// a mixture of both names.
pub(crate) struct SharedText<const N: usize> {
    length: AtomicU32,
    bytes: [AtomicU8; N],
}

impl<const N: usize> SharedText<N> {
    /// The empty name.
    pub(crate) const fn new() -> Self {
        Self { length: AtomicU32::new(0), bytes: [const { AtomicU8::new(0) }; N] }
    }

    /// Takes over a name, or the end of one that is too long: of a path the end tells most.
    pub(crate) fn set(&self, text: &str) {
        let from = text.ceil_char_boundary(text.len().saturating_sub(N));
        let text = text.get(from..).unwrap_or_default();
        for (to, from) in self.bytes.iter().zip(text.bytes()) {
            to.store(from, Relaxed);
        }
        self.length.store(text.len() as u32, Relaxed);
    }

    /// The name now.
    pub(crate) fn get(&self) -> Text<N> {
        let mut bytes = [0; N];
        for (to, from) in bytes.iter_mut().zip(&self.bytes) {
            *to = from.load(Relaxed);
        }
        Text { length: self.length.load(Relaxed), bytes }
    }
}
