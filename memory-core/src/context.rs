//! Who asks for a lock.

use core::fmt;
use core::num::NonZeroUsize;

/// What runs at one moment: a thread or an interrupt handler of one core, or all there is.
///
/// A lock tells its holder from others by this, so no two contexts that can hold or ask for one
/// lock at the same time may be equal, and a context that holds a lock or waits for one stays the same
/// context meanwhile.
///
/// ```
/// use vellum_memory::Context;
///
/// // What a firmware for two cores without an operating system would say.
/// fn context(core: u8, active_exception: u8) -> Context {
///     match active_exception {
///         0 => Context::thread(core, 0),
///         _ => Context::interrupt(core),
///     }
/// }
/// assert_ne!(context(0, 0), context(1, 0));
/// assert_eq!(context(1, 16), Context::interrupt(1));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Context(NonZeroUsize);

const CORE_BITS: u32 = u8::BITS;
const KIND_BITS: u32 = 2;
const THREAD: usize = 1;
const INTERRUPT: usize = 2;
const SINGLE: usize = 3;

impl Context {
    /// The only context of a program on one core without preemptive threads.
    ///
    /// A context that finds a lock held there has interrupted its holder, so that waiting would never
    /// end: asking is always answered at once.
    pub const SINGLE: Self = Self::new(SINGLE, 0, 0);

    /// Thread `id` on `core`. A thread waits for locks that others hold.
    ///
    /// No two living threads of one core have the same `id`, of which the lower 22 bits count, or
    /// 54 where addresses have 64 bits. Without an operating system, each core has one thread.
    /// Where an operating system moves threads between cores, `core` is the same number for all.
    pub const fn thread(core: u8, id: usize) -> Self {
        Self::new(THREAD, core, id)
    }

    /// An interrupt handler on `core`, of any priority. It never waits without a bound.
    pub const fn interrupt(core: u8) -> Self {
        Self::new(INTERRUPT, core, 0)
    }

    /// Whether this is an interrupt handler.
    pub const fn is_interrupt(self) -> bool {
        self.kind() == INTERRUPT
    }

    /// The core.
    pub const fn core(self) -> u8 {
        self.0.get() as u8
    }

    const fn new(kind: usize, core: u8, id: usize) -> Self {
        let bits = id << (CORE_BITS + KIND_BITS) | kind << CORE_BITS | core as usize;
        match NonZeroUsize::new(bits) {
            Some(bits) => Self(bits),
            None => panic!("a context has a kind"),
        }
    }

    const fn kind(self) -> usize {
        self.0.get() >> CORE_BITS & ((1 << KIND_BITS) - 1)
    }

    const fn id(self) -> usize {
        self.0.get() >> (CORE_BITS + KIND_BITS)
    }

    /// Whether a lock held by `holder` can't be released before this context goes on.
    pub(crate) fn is_blocking(self, holder: Option<Self>) -> bool {
        let interrupted = |holder: Self| self.is_interrupt() && self.core() == holder.core();
        self == Self::SINGLE || holder.is_some_and(|holder| self == holder || interrupted(holder))
    }

    /// Whether this context may wait for a lock that another context holds, however long.
    pub(crate) const fn may_wait(self) -> bool {
        self.kind() == THREAD
    }

    pub(crate) const fn to_bits(self) -> usize {
        self.0.get()
    }

    /// The context of these bits; none for 0.
    pub(crate) fn from_bits(bits: usize) -> Option<Self> {
        NonZeroUsize::new(bits).map(Self)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            THREAD => write!(f, "thread {} on core {}", self.id(), self.core()),
            INTERRUPT => write!(f, "interrupt on core {}", self.core()),
            _ => write!(f, "single"),
        }
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Context {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self.kind() {
            THREAD => defmt::write!(f, "thread {} on core {}", self.id(), self.core()),
            INTERRUPT => defmt::write!(f, "interrupt on core {}", self.core()),
            _ => defmt::write!(f, "single"),
        }
    }
}
