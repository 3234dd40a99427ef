//! What a mailbox keeps until it is applied.

use core::sync::atomic::Ordering::Relaxed;

use crate::sync::{AtomicU8, AtomicU32, AtomicUsize};

/// A write of up to `B` bytes or a notification. Read and written piece by piece, by the one context
/// that has claimed its place in the ring or empties it.
pub(crate) struct Message<const B: usize> {
    /// Where to write, or what to notify.
    address: AtomicUsize,
    /// How many bytes to write, or how many waits to end.
    count: AtomicU32,
    is_notification: AtomicU8,
    bytes: [AtomicU8; B],
}

/// A message taken out.
#[derive(Clone, Copy)]
pub(crate) enum MessageContent<const B: usize> {
    Write { offset: usize, len: usize, bytes: [u8; B] },
    Notify { address: usize, count: u32 },
}

impl<const B: usize> Message<B> {
    const_fn! {
        pub(crate) const fn new() -> Self {
            Self {
                address: AtomicUsize::new(0),
                count: AtomicU32::new(0),
                is_notification: AtomicU8::new(0),
                bytes: array_of![AtomicU8::new(0); B],
            }
        }
    }

    /// Writes a message with at most `B` bytes.
    pub(crate) fn write(&self, offset: usize, bytes: &[u8]) {
        self.address.store(offset, Relaxed);
        self.count.store(bytes.len() as u32, Relaxed);
        self.is_notification.store(0, Relaxed);
        for (place, &byte) in self.bytes.iter().zip(bytes) {
            place.store(byte, Relaxed);
        }
    }

    pub(crate) fn notify(&self, address: usize, count: u32) {
        self.address.store(address, Relaxed);
        self.count.store(count, Relaxed);
        self.is_notification.store(1, Relaxed);
    }

    pub(crate) fn take(&self) -> MessageContent<B> {
        let (address, count) = (self.address.load(Relaxed), self.count.load(Relaxed));
        if self.is_notification.load(Relaxed) != 0 {
            return MessageContent::Notify { address, count };
        }
        let len = count as usize;
        let mut bytes = [0; B];
        for (byte, place) in bytes.iter_mut().zip(&self.bytes).take(len) {
            *byte = place.load(Relaxed);
        }
        MessageContent::Write { offset: address, len, bytes }
    }
}
