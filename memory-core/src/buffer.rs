//! A buffer in a `static`, which one owner at a time has for itself.

#![expect(unsafe_code, reason = "a static's bytes are handed to one owner after the other")]

use core::cell::UnsafeCell;
use core::fmt;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;
use core::sync::atomic::AtomicBool;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

/// Bytes in a `static` for what comes at run time, such as a module over a serial line: one owner at a
/// time has all of them.
///
/// A reference to a `StaticBuffer<[u8; N]>` is a `&'static StaticBuffer` wherever one is asked for.
///
/// ```
/// use vellum_memory::{BufferInUse, StaticBuffer};
///
/// static RECEIVED: StaticBuffer<[u8; 1024]> = StaticBuffer::new();
///
/// let mut bytes = RECEIVED.take()?;
/// bytes[..5].copy_from_slice(b"Hello");
/// bytes.truncate(5);
/// assert_eq!(*bytes, *b"Hello");
/// assert_eq!(RECEIVED.take().unwrap_err(), BufferInUse);
///
/// drop(bytes);
/// assert_eq!(RECEIVED.take()?.len(), 1024);
/// # Ok::<(), BufferInUse>(())
/// ```
///
/// # Where the bytes are
///
/// All initial bytes are zero, so that the buffer lies in `.bss`. To put it elsewhere, for instance in
/// external RAM, give the static a `#[unsafe(link_section = "…")]`; that section, too, must be zero
/// before the buffer is used.
///
/// # Who may call
///
/// Any thread, any core and any interrupt handler: no call waits.
pub struct StaticBuffer<B: ?Sized = [u8]> {
    is_taken: AtomicBool,
    bytes: UnsafeCell<B>,
}

// SAFETY: the bytes are reached only by the one lease that there is at a time.
unsafe impl<B: ?Sized + Send> Sync for StaticBuffer<B> {}

impl<const N: usize> StaticBuffer<[u8; N]> {
    /// A buffer of `N` bytes, all zero.
    #[expect(
        clippy::new_without_default,
        reason = "a buffer is a static, made by a const function"
    )]
    pub const fn new() -> Self {
        Self { is_taken: AtomicBool::new(false), bytes: UnsafeCell::new([0; N]) }
    }
}

impl<B: ?Sized> StaticBuffer<B> {
    /// The exclusive use of all bytes, until the lease is dropped. They hold what was left there.
    ///
    /// # Errors
    ///
    /// While there is another lease.
    pub fn take(&'static self) -> Result<BufferLease, BufferInUse> {
        if self.is_taken.swap(true, Acquire) {
            return Err(BufferInUse);
        }
        let first = NonNull::from(&self.bytes).cast();
        let bytes = NonNull::slice_from_raw_parts(first, self.capacity());
        Ok(BufferLease { is_taken: &self.is_taken, bytes })
    }

    /// Whether there is a lease.
    pub fn is_taken(&self) -> bool {
        self.is_taken.load(Relaxed)
    }

    /// The size of the buffer in bytes.
    pub const fn capacity(&self) -> usize {
        size_of_val(&self.bytes)
    }
}

impl<B: ?Sized> fmt::Debug for StaticBuffer<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = f.debug_struct("StaticBuffer");
        buffer.field("capacity", &self.capacity()).field("is_taken", &self.is_taken()).finish()
    }
}

/// The exclusive use of a [`StaticBuffer`], given back when dropped.
///
/// It is a slice of the buffer's bytes, from the first on.
///
/// ```
/// use vellum_memory::{BufferLease, StaticBuffer};
///
/// static RECEIVED: StaticBuffer<[u8; 16]> = StaticBuffer::new();
///
/// /// What came, without the rest of the buffer.
/// fn receive(mut buffer: BufferLease) -> BufferLease {
///     buffer[..2].copy_from_slice(b"ok");
///     buffer.truncate(2);
///     buffer
/// }
/// assert_eq!(*receive(RECEIVED.take()?), *b"ok");
/// # Ok::<(), vellum_memory::BufferInUse>(())
/// ```
pub struct BufferLease {
    is_taken: &'static AtomicBool,
    bytes: NonNull<[u8]>,
}

// SAFETY: a lease is the only way to its bytes, as a box is, and bytes belong to no thread.
unsafe impl Send for BufferLease {}

// SAFETY: through a shared reference the bytes can only be read.
unsafe impl Sync for BufferLease {}

impl BufferLease {
    /// Keeps the first `length` bytes only, those that were filled. The others come back with the next
    /// lease. Does nothing if there are no more than that.
    pub fn truncate(&mut self, length: usize) {
        let length = length.min(self.bytes.len());
        self.bytes = NonNull::slice_from_raw_parts(self.bytes.cast(), length);
    }
}

impl Deref for BufferLease {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the bytes lie in a static, are initialised and are this lease's alone, and nothing
        // writes them while it is borrowed.
        unsafe { self.bytes.as_ref() }
    }
}

impl DerefMut for BufferLease {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: the bytes lie in a static, are initialised and are this lease's alone, and it is
        // borrowed mutably.
        unsafe { self.bytes.as_mut() }
    }
}

impl AsRef<[u8]> for BufferLease {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl AsMut<[u8]> for BufferLease {
    fn as_mut(&mut self) -> &mut [u8] {
        self
    }
}

impl Drop for BufferLease {
    fn drop(&mut self) {
        self.is_taken.store(false, Release);
    }
}

impl fmt::Debug for BufferLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BufferLease").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// Somebody else has the buffer.
///
/// ```
/// use vellum_memory::StaticBuffer;
///
/// static BUFFER: StaticBuffer<[u8; 16]> = StaticBuffer::new();
///
/// let _lease = BUFFER.take()?;
/// assert_eq!(BUFFER.take().unwrap_err().to_string(), "the buffer is in use");
/// # Ok::<(), vellum_memory::BufferInUse>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferInUse;

texts!(BufferInUse {
    Self => "the buffer is in use";
});

impl core::error::Error for BufferInUse {}

#[cfg(test)]
mod tests {
    use std::format;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::thread;

    use super::*;

    const fn assert_send_and_sync<T: Send + Sync + 'static>() {}

    const _: () = {
        assert_send_and_sync::<BufferLease>();
        assert_send_and_sync::<&StaticBuffer>();
    };

    #[test]
    fn one_lease_at_a_time() {
        static BUFFER: StaticBuffer<[u8; 8]> = StaticBuffer::new();
        let unsized_buffer: &'static StaticBuffer = &BUFFER;
        let mut lease = BUFFER.take().unwrap();
        assert_eq!(*lease, [0; 8]);
        lease.as_mut().fill(7);
        assert_eq!(unsized_buffer.take().unwrap_err(), BufferInUse);
        assert_eq!(format!("{BufferInUse}"), "the buffer is in use");
        assert_eq!(lease.as_ref(), [7; 8]);
        assert!(BUFFER.is_taken());

        drop(lease);
        assert!(!BUFFER.is_taken());
        let again = unsized_buffer.take().unwrap();
        assert_eq!((&*again, unsized_buffer.capacity()), (&[7; 8][..], 8));
        let debug = "StaticBuffer { capacity: 8, is_taken: true } BufferLease { len: 8, .. }";
        assert_eq!(format!("{BUFFER:?} {again:?}"), debug);
    }

    #[test]
    fn what_is_cut_off_comes_back() {
        static BUFFER: StaticBuffer<[u8; 8]> = StaticBuffer::new();
        let mut lease = BUFFER.take().unwrap();
        lease.copy_from_slice(b"abcdefgh");
        lease.truncate(9);
        assert_eq!(lease.len(), 8);
        lease.truncate(3);
        lease.reverse();
        lease.truncate(5);
        assert_eq!(*lease, *b"cba");
        drop(lease);
        assert_eq!(*BUFFER.take().unwrap(), *b"cbadefgh");
    }

    #[test]
    fn threads_take_it_in_turns() {
        static BUFFER: StaticBuffer<[u8; 2]> = StaticBuffer::new();
        static TURNS: AtomicUsize = AtomicUsize::new(0);
        const EACH: usize = 50;
        let work = || {
            for _ in 0..EACH {
                let mut lease = loop {
                    match BUFFER.take() {
                        Ok(lease) => break lease,
                        Err(BufferInUse) => thread::yield_now(),
                    }
                };
                lease[0] += 1;
                lease[1] += 1;
                assert_eq!(lease[0], lease[1]);
                TURNS.fetch_add(1, Relaxed);
            }
        };
        thread::scope(|scope| {
            scope.spawn(work);
            scope.spawn(work);
        });
        assert_eq!(*BUFFER.take().unwrap(), [2 * EACH as u8; 2]);
        assert_eq!(TURNS.load(Relaxed), 2 * EACH);
    }
}
