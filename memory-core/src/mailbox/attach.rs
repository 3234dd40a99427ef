//! Mailboxes that the holders of a memory empty by themselves.

#![expect(unsafe_code, reason = "a mailbox finds the platform of its memory through a pointer")]

use core::fmt;
use core::ptr;
use core::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use core::task::Waker;

use super::{Drained, Mailbox, Recipient};
use crate::platform::Platform;
use crate::sync::AtomicPtr;

/// The mailbox is already attached to a memory.
///
/// ```
/// use vellum_memory::{AlreadyAttached, Mailbox, Platform};
///
/// static SAMPLES: Mailbox<4> = Mailbox::new();
///
/// let attachment = SAMPLES.attach(&Platform::ONE_CORE)?;
/// assert_eq!(SAMPLES.attach(&Platform::ONE_CORE).err(), Some(AlreadyAttached));
/// drop(attachment);
/// assert!(SAMPLES.attach(&Platform::ONE_CORE).is_ok());
/// # Ok::<(), AlreadyAttached>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadyAttached;

texts!(AlreadyAttached {
    Self => "the mailbox is already attached to a memory";
});

impl core::error::Error for AlreadyAttached {}

/// The platform on which waiters for messages are idle; none while the mailbox is not attached.
pub(super) struct PlatformSignal(AtomicPtr<Platform>);

impl PlatformSignal {
    const_fn! {
        pub(super) const fn new() -> Self {
            Self(AtomicPtr::new(ptr::null_mut()))
        }
    }

    /// Rouses idle waiters.
    pub(super) fn send(&self) {
        // A write even where nothing changes: a later attachment sees all that was posted before, and
        // a later post sees the platform.
        let Err(platform) =
            self.0.compare_exchange(ptr::null_mut(), ptr::null_mut(), AcqRel, Acquire)
        else {
            return;
        };
        // SAFETY: the pointer is null, or `attach` has made it of a reference that lives for ever.
        if let Some(platform) = unsafe { platform.as_ref() } {
            platform.signal();
        }
    }

    fn attach(&self, platform: &'static Platform) -> Result<(), AlreadyAttached> {
        let platform = ptr::from_ref(platform).cast_mut();
        let attached = self.0.compare_exchange(ptr::null_mut(), platform, AcqRel, Acquire);
        attached.map(drop).map_err(|_| AlreadyAttached)
    }

    fn detach(&self) {
        self.0.store(ptr::null_mut(), Release);
    }
}

/// A mailbox of any size.
pub(crate) trait Messages: Sync {
    fn detach(&self);
    fn is_empty(&self) -> bool;
    fn drain_into(&self, recipient: &mut dyn Recipient) -> Drained;
    fn register(&self, waker: &Waker);
    fn take_waker(&self) -> Option<Waker>;
}

impl<const N: usize, const B: usize> Messages for Mailbox<N, B> {
    fn detach(&self) {
        self.signal.detach();
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn drain_into(&self, recipient: &mut dyn Recipient) -> Drained {
        self.drain_into(recipient)
    }

    fn register(&self, waker: &Waker) {
        self.register(waker);
    }

    fn take_waker(&self) -> Option<Waker> {
        self.waker.take()
    }
}

/// That a mailbox belongs to a memory, as long as this is not dropped.
///
/// [`SharedMemory::attach`](crate::SharedMemory::attach) makes and keeps one; so does a
/// [`WaitSet`](crate::WaitSet). A memory of another kind keeps it beside its bytes, and
/// [drains](Self::drain_into) it when its lock was taken and before that is released.
///
/// A post [signals](Platform::signal) the platform, so that idle waiters take the lock, and wakes the
/// waker that was [registered](Self::register) last. When the wait of that waker ends, the others must
/// be [roused](crate::WaitSet::rouse), so that one of them registers its own.
///
/// ```
/// use vellum_memory::{AccessError, Mailbox, MemoryAccess, Platform, Recipient};
///
/// /// Bytes for which nobody waits.
/// struct Bytes([u8; 8]);
///
/// impl Recipient for Bytes {
///     fn deliver(&mut self, offset: usize, bytes: &[u8]) -> Result<(), AccessError> {
///         self.0.write(offset, bytes)
///     }
///
///     fn deliver_notification(&mut self, _: usize, _: u32) -> Result<u32, AccessError> {
///         Ok(0)
///     }
/// }
///
/// static SAMPLES: Mailbox<4> = Mailbox::new();
///
/// let attachment = SAMPLES.attach(&Platform::ONE_CORE)?;
/// SAMPLES.post(2, b"x")?;
/// let mut bytes = Bytes([0; 8]);
/// assert_eq!(attachment.drain_into(&mut bytes).applied, 1);
/// assert_eq!(bytes.0[2], b'x');
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[must_use = "the mailbox is detached when this is dropped"]
pub struct Attachment(&'static dyn Messages);

impl<const N: usize, const B: usize> Mailbox<N, B> {
    /// Makes the mailbox one of a memory whose holders and waiters are on `platform`.
    ///
    /// # Errors
    ///
    /// If it is attached already.
    pub fn attach(
        &'static self,
        platform: &'static Platform,
    ) -> Result<Attachment, AlreadyAttached> {
        self.signal.attach(platform)?;
        Ok(Attachment(self))
    }
}

impl Attachment {
    /// Applies messages as [`Mailbox::drain_into`] does.
    pub fn drain_into(&self, recipient: &mut dyn Recipient) -> Drained {
        self.0.drain_into(recipient)
    }

    /// Whether there is nothing to drain, as [`Mailbox::is_empty`] tells.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Wakes `waker` at the next post, as [`Mailbox::register`] does.
    pub fn register(&self, waker: &Waker) {
        self.0.register(waker);
    }

    /// Takes back the waker that was registered, unless a post has woken it.
    pub(crate) fn take_waker(&self) -> Option<Waker> {
        self.0.take_waker()
    }

    /// The mailbox, which stays attached.
    pub(crate) const fn messages(&self) -> &'static dyn Messages {
        self.0
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        drop(self.0.take_waker());
        self.0.detach();
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment").field("is_empty", &self.is_empty()).finish_non_exhaustive()
    }
}
