//! An embedder's part of a world.

#[cfg(feature = "backtrace")]
use super::whose::{Tops, Whose};
use super::{interruption::Interruption, limiter::SessionLimiter};
use crate::engine::{
    Engine, StackClaim,
    limits::{StoreLimits, check_count},
};
use crate::error::{Error, limit::Limit};
use crate::threads_feature::Threads;
use alloc::{boxed::Box, vec::Vec};
use core::sync::atomic::{AtomicU32, Ordering};
use core::{any::Any, mem};

/// Tells stores apart, so that a handle knows where it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoreId(u32);

impl StoreId {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

const TYPED: &str = "the store's data has the store's type";

/// One embedder's part of a world: its data, its limits, what it holds. A store without threads is
/// the one session of its own world.
pub(crate) struct Session {
    /// That of a thread is its program's, whose handles and limits are its own.
    pub(crate) id: StoreId,
    pub(crate) user: Box<dyn Any + Send>,
    pub(crate) limits: StoreLimits,
    /// The embedder's limiter, if it has set one.
    pub(super) limiter: Option<Box<dyn SessionLimiter>>,
    /// How the interpreter asks it. Nothing of that is in an image that sets none.
    pub(super) hook: Option<Hook>,
    /// How many tables there are, those of instances that failed included.
    pub(crate) tables: usize,
    /// How many instances there are, those that failed included.
    pub(crate) instances: usize,
    /// Why the last table that was about to grow was refused, if that is not its number of elements.
    pub(super) table_refusal: Option<Error>,
    /// Growths of memories that were refused because nothing more is reserved.
    pub(crate) refused_growths: u32,
    /// Fuel beyond what the interpreter has for the running slice.
    pub(crate) fuel: u64,
    /// What stops its guests, on an engine that is interruptible. A thread's is its program's, while it
    /// runs.
    pub(crate) interruption: Option<Interruption>,
    /// The entry of the instance whose threads its guests start: the first that has an entry point for
    /// them, and whose start function has returned.
    pub(crate) program: Option<usize>,
    /// The entry of the instance whose start function is running.
    pub(crate) starting: Option<usize>,
    /// Whether a module of one of its instances is instrumented.
    #[cfg(feature = "backtrace")]
    pub(crate) is_instrumented: bool,
    /// Where its guests were when the last call failed.
    #[cfg(feature = "backtrace")]
    pub(crate) backtrace: Option<crate::backtrace::Backtrace>,
    /// Whose frames those are.
    #[cfg(feature = "backtrace")]
    pub(crate) whose: Whose,
    /// Whose guest failed in the call of the program that is ending, if it was a thread.
    #[cfg(feature = "backtrace")]
    pub(crate) failed: Option<Whose>,
    /// How large the shadow stacks were when each call that is going on began, the outermost first.
    #[cfg(feature = "backtrace")]
    pub(crate) calls: Vec<Tops>,
    /// Threads that the session's guest has started, until its call takes them over.
    pub(crate) started: Vec<StartedThread>,
}

/// The session as what the interpreter asks.
pub(super) type Hook = for<'a> fn(&'a mut Session) -> &'a mut dyn wasmi::ResourceLimiter;

/// A thread that was started: a session of its own, in an instance of its own.
pub(crate) struct StartedThread {
    pub(crate) threads: Threads,
    pub(crate) session: Box<Session>,
    pub(crate) stack: StackClaim,
    /// The start function of the instance, if it is new and has one.
    pub(crate) start: Option<wasmi::Func>,
    pub(crate) entry: wasmi::Func,
    /// The thread's identifier, and what its starter hands it.
    pub(crate) arguments: [i32; 2],
    pub(crate) instance: ThreadInstance,
}

/// An instance for a thread, and the entry of the instance of which it is another.
#[derive(Clone, Copy)]
pub(crate) struct ThreadInstance {
    pub(crate) of: usize,
    pub(crate) inner: wasmi::Instance,
    /// The frames that it has.
    #[cfg(feature = "backtrace")]
    pub(crate) whose: Whose,
}

impl Session {
    pub(crate) fn new(user: Box<dyn Any + Send>, fuel: u64) -> Box<Self> {
        let (id, limits) = (StoreId::new(), StoreLimits::default());
        Box::new(Self {
            id,
            user,
            limits,
            limiter: None,
            hook: None,
            tables: 0,
            instances: 0,
            table_refusal: None,
            refused_growths: 0,
            fuel,
            interruption: None,
            program: None,
            starting: None,
            #[cfg(feature = "backtrace")]
            is_instrumented: false,
            #[cfg(feature = "backtrace")]
            backtrace: None,
            #[cfg(feature = "backtrace")]
            whose: Whose::default(),
            #[cfg(feature = "backtrace")]
            failed: None,
            #[cfg(feature = "backtrace")]
            calls: Vec::new(),
            started: Vec::new(),
        })
    }

    /// The session of a store.
    pub(crate) fn of_store(engine: &Engine, user: Box<dyn Any + Send>, fuel: u64) -> Box<Self> {
        let mut session = Self::new(user, fuel);
        session.interruption = Interruption::of(engine);
        session
    }

    /// The embedder's data. Every way into a store of `T` is typed, and the store was made with a `T`.
    pub(crate) fn user<T: Send + 'static>(&self) -> &T {
        self.user.downcast_ref().expect(TYPED)
    }

    /// The embedder's data, to change it.
    pub(crate) fn user_mut<T: Send + 'static>(&mut self) -> &mut T {
        self.user.downcast_mut().expect(TYPED)
    }

    /// Takes the embedder's data out of a session that is about to be dropped.
    pub(crate) fn take_user<T: Send + 'static>(&mut self) -> T {
        let user: Box<dyn Any + Send> = mem::replace(&mut self.user, Box::new(()));
        *user.downcast().expect(TYPED)
    }

    /// The session of a thread of a program, which has this one's limits. What it may still use up is
    /// [lent](Session::lend) to it for every slice.
    pub(crate) fn thread(&self, user: Box<dyn Any + Send>, instance: &ThreadInstance) -> Box<Self> {
        let mut thread = Self::new(user, 0);
        (thread.id, thread.limits, thread.program) = (self.id, self.limits, Some(instance.of));
        #[cfg(feature = "backtrace")]
        {
            (thread.is_instrumented, thread.whose) = (self.is_instrumented, instance.whose);
        }
        thread
    }

    /// A thread of the program has failed: the program's call fails by it.
    #[cfg(feature = "backtrace")]
    pub(crate) fn fails_by(&mut self, thread: &mut Self) {
        (self.failed, self.backtrace) = (Some(thread.whose), thread.backtrace.take());
    }

    /// Lends a thread the program's fuel, its limiter, what stops it and what it counts, or takes them
    /// back.
    pub(crate) fn lend(&mut self, thread: &mut Self) {
        mem::swap(&mut self.fuel, &mut thread.fuel);
        mem::swap(&mut self.limiter, &mut thread.limiter);
        mem::swap(&mut self.hook, &mut thread.hook);
        mem::swap(&mut self.interruption, &mut thread.interruption);
        mem::swap(&mut self.tables, &mut thread.tables);
        mem::swap(&mut self.instances, &mut thread.instances);
        mem::swap(&mut self.refused_growths, &mut thread.refused_growths);
    }

    /// Counts a growth that was refused because nothing more is reserved.
    #[cold]
    pub(super) fn count_refused_growth(&mut self) {
        self.refused_growths = self.refused_growths.saturating_add(1);
    }

    /// Counts one more instance, if the session may hold it.
    pub(crate) fn count_instance(&mut self) -> Result<(), Error> {
        check_count(Limit::Instances, self.limits.instances, self.instances, 1)?;
        self.instances += 1;
        Ok(())
    }
}
