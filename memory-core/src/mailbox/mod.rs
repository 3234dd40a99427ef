//! Writes and notifications that interrupt handlers leave for the holder of the memory.

mod attach;
mod error;
mod message;
mod ring;

use core::fmt;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use core::task::Waker;

pub(crate) use attach::Messages;
pub use attach::{AlreadyAttached, Attachment};
pub use error::PostError;

use crate::error::AccessError;
use crate::sync::{AtomicBool, AtomicUsize, AtomicWaker};
use attach::PlatformSignal;
use message::{Message, MessageContent};
use ring::{Ring, Slot};

/// A bounded mailbox of `N` messages, each a write of up to `B` bytes to a memory or a notification
/// of an address, which any context may post at any time without waiting.
///
/// Messages are applied in the order of posting: to the memory that the mailbox is
/// [attached](crate::SharedMemory::attach) to, when its lock is taken or released; or to the memory
/// given to [`drain_into`](Self::drain_into). Posting never waits and takes no lock, so interrupt
/// handlers of all priorities and cores may post while the memory is locked, and while they interrupt
/// each other's posting. A post that is interrupted holds back later ones until it has finished; none
/// is lost or reordered.
///
/// ```
/// use vellum_memory::{Mailbox, MemoryAccess, MemoryType, PAGE_SIZE, PagePool, SharedMemory};
///
/// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
/// static SAMPLES: Mailbox<16> = Mailbox::new();
///
/// fn interrupt_handler(sample: u32) {
///     let _full = SAMPLES.post(1024, &sample.to_le_bytes());
///     let _full = SAMPLES.notify(1024, 1);
/// }
///
/// let memory = SharedMemory::new(&POOL, MemoryType::new(1, Some(1)))?;
/// memory.attach(&SAMPLES)?;
/// let guard = memory.lock()?;
/// interrupt_handler(42);
/// assert_eq!(guard.read_value::<u32>(1024)?, 0);
/// drop(guard);
/// assert_eq!(memory.lock()?.read_value::<u32>(1024)?, 42);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub struct Mailbox<const N: usize, const B: usize = 16> {
    ring: Ring<Message<B>, N>,
    is_draining: AtomicBool,
    refused: AtomicUsize,
    rejected: AtomicUsize,
    waker: AtomicWaker,
    signal: PlatformSignal,
}

/// What a mailbox is drained into: a memory, locked or otherwise its holder's alone, and the waits for
/// its addresses.
///
/// ```
/// use vellum_memory::{AccessError, Mailbox, MemoryAccess, Recipient};
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
/// SAMPLES.post(3, &[7])?;
/// let mut bytes = Bytes([0; 8]);
/// SAMPLES.drain_into(&mut bytes);
/// assert_eq!(bytes.0, [0, 0, 0, 7, 0, 0, 0, 0]);
/// # Ok::<(), vellum_memory::PostError>(())
/// ```
pub trait Recipient {
    /// Writes all of `bytes` from `offset` on.
    ///
    /// # Errors
    ///
    /// If some of the bytes lie outside the memory. Nothing is written then.
    fn deliver(&mut self, offset: usize, bytes: &[u8]) -> Result<(), AccessError>;

    /// Ends the first `count` waits for `address`, and tells how many there were.
    ///
    /// # Errors
    ///
    /// If the address is no multiple of 4 or its 32 bits are out of bounds.
    fn deliver_notification(&mut self, address: usize, count: u32) -> Result<u32, AccessError>;
}

/// What became of the messages that one [`Mailbox::drain_into`] took.
///
/// ```
/// use vellum_memory::{AccessError, Mailbox, MemoryType, PAGE_SIZE, PagePool, SharedMemory};
///
/// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
/// static SAMPLES: Mailbox<4> = Mailbox::new();
///
/// let memory = SharedMemory::new(&POOL, MemoryType::new(1, Some(1)))?;
/// SAMPLES.post(8, &[1])?;
/// SAMPLES.post(PAGE_SIZE, &[2])?;
/// let drained = SAMPLES.drain_into(&mut memory.lock()?);
/// assert_eq!((drained.applied, drained.rejected), (1, 1));
/// assert!(matches!(drained.error, Some(AccessError::OutOfBounds { .. })));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Drained {
    /// How many were applied.
    pub applied: usize,
    /// How many waits were ended by notifications.
    pub woken: u32,
    /// How many could not be applied, and were dropped.
    pub rejected: usize,
    /// Why the first of these could not.
    pub error: Option<AccessError>,
}

impl<const N: usize, const B: usize> Mailbox<N, B> {
    const_fn! {
        /// An empty mailbox. Its initial bytes are all zero, so that a static lies in `.bss`.
        #[expect(clippy::new_without_default, reason = "a mailbox is a static")]
        pub const fn new() -> Self {
            Self {
                ring: Ring::new(array_of![Slot::new(Message::<B>::new()); N]),
                is_draining: AtomicBool::new(false),
                refused: AtomicUsize::new(0),
                rejected: AtomicUsize::new(0),
                waker: AtomicWaker::new(),
                signal: PlatformSignal::new(),
            }
        }
    }

    /// Posts a write of all of `bytes` from `offset` on. Whether that is within the memory shows
    /// when it is applied.
    ///
    /// # Errors
    ///
    /// If all messages are posted and not applied yet, or the bytes are more than `B`. Nothing is
    /// posted then.
    pub fn post(&self, offset: usize, bytes: &[u8]) -> Result<(), PostError> {
        let len = bytes.len();
        if len > B {
            return Err(PostError::TooLong { len, capacity: B });
        }
        self.put(|message| message.write(offset, bytes))
    }

    /// Posts a notification of the first `count` waits for `address`.
    ///
    /// # Errors
    ///
    /// If all messages are posted and not applied yet. Nothing is posted then.
    pub fn notify(&self, address: usize, count: u32) -> Result<(), PostError> {
        self.put(|message| message.notify(address, count))
    }

    fn put(&self, write: impl FnOnce(&Message<B>)) -> Result<(), PostError> {
        if !self.ring.fill(write) {
            self.refused.fetch_add(1, Relaxed);
            return Err(PostError::Full { capacity: N });
        }
        self.waker.wake();
        self.signal.send();
        Ok(())
    }

    /// Applies up to `N` messages in the order in which they were posted.
    ///
    /// One context drains at a time: if another one does, this returns with nothing done, as if
    /// there were no messages. Those posted meanwhile may be left for the next time.
    pub fn drain_into<R: Recipient + ?Sized>(&self, recipient: &mut R) -> Drained {
        let mut drained = Drained::default();
        let Some(_drainer) = Drainer::new(&self.is_draining) else { return drained };
        for _ in 0..N {
            let result = match self.ring.empty(Message::take) {
                None => break,
                Some(MessageContent::Notify { address, count }) => {
                    recipient.deliver_notification(address, count)
                }
                Some(MessageContent::Write { offset, len, bytes }) => {
                    recipient.deliver(offset, bytes.get(..len).unwrap_or_default()).map(|()| 0)
                }
            };
            match result {
                Ok(woken) => {
                    drained.applied += 1;
                    drained.woken = drained.woken.saturating_add(woken);
                }
                Err(error) => {
                    self.rejected.fetch_add(1, Relaxed);
                    drained.rejected += 1;
                    drained.error.get_or_insert(error);
                }
            }
        }
        drained
    }

    /// Whether there is nothing to drain. A message that is being posted counts.
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// How often posting was refused because all places were taken. Wraps around at [`usize::MAX`].
    pub fn refused(&self) -> usize {
        self.refused.load(Relaxed)
    }

    /// How many messages could not be applied, and were dropped. Wraps around at [`usize::MAX`].
    pub fn rejected(&self) -> usize {
        self.rejected.load(Relaxed)
    }

    /// Wakes `waker` at the next post, in the context that posts. Only the last one registered is
    /// woken: register, look whether the mailbox [`is_empty`](Self::is_empty), and only then sleep.
    /// The waker of an attached mailbox is its memory's, which registers those of its waits.
    pub fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }
}

impl<const N: usize, const B: usize> fmt::Debug for Mailbox<N, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox")
            .field("is_empty", &self.is_empty())
            .field("refused", &self.refused())
            .finish_non_exhaustive()
    }
}

/// The one that drains, until dropped.
struct Drainer<'a>(&'a AtomicBool);

impl<'a> Drainer<'a> {
    fn new(is_draining: &'a AtomicBool) -> Option<Self> {
        (!is_draining.swap(true, Acquire)).then(|| Self(is_draining))
    }
}

impl Drop for Drainer<'_> {
    fn drop(&mut self) {
        self.0.store(false, Release);
    }
}
