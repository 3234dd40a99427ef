//! The atomics, the cell and the waker that the lock, the mailbox and a shared memory's size are built
//! on: the machine's, or loom's, which tries orders of events.

#[cfg(not(loom))]
pub(crate) use core::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, fence,
};
#[cfg(loom)]
pub(crate) use loom::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, fence,
};

#[cfg(not(loom))]
pub(crate) use atomic_waker::AtomicWaker;

/// What stands for the library's, which loom does not see into.
#[cfg(loom)]
pub(crate) struct AtomicWaker(loom::sync::Mutex<Option<core::task::Waker>>);

#[cfg(loom)]
impl AtomicWaker {
    pub(crate) fn new() -> Self {
        Self(loom::sync::Mutex::new(None))
    }

    pub(crate) fn register(&self, waker: &core::task::Waker) {
        *self.lock() = Some(waker.clone());
    }

    pub(crate) fn take(&self) -> Option<core::task::Waker> {
        self.lock().take()
    }

    pub(crate) fn wake(&self) {
        let waker = self.take();
        waker.into_iter().for_each(core::task::Waker::wake);
    }

    fn lock(&self) -> loom::sync::MutexGuard<'_, Option<core::task::Waker>> {
        self.0.lock().unwrap_or_else(|_| panic!("a panic while a waker was registered"))
    }
}

/// Makes a function `const`, except under loom, whose atomics are made at run time.
macro_rules! const_fn {
    ($(#[$attribute:meta])* $visibility:vis const fn $($rest:tt)*) => {
        #[cfg(not(loom))]
        $(#[$attribute])*
        $visibility const fn $($rest)*

        #[cfg(loom)]
        $(#[$attribute])*
        $visibility fn $($rest)*
    };
}

/// An array of `$len` times the value of a constant expression that holds atomics.
#[cfg(not(loom))]
macro_rules! array_of {
    ($value:expr; $len:expr) => {
        [const { $value }; $len]
    };
}
#[cfg(loom)]
macro_rules! array_of {
    ($value:expr; $len:expr) => {
        core::array::from_fn::<_, { $len }, _>(|_| $value)
    };
}

/// A value that is reached through pointers, by one holder at a time.
pub(crate) struct Cell<T>(RawCell<T>);

/// That one holder has the value of a [`Cell`]. Neither `Send` nor `Sync`. Loom finds two at one time.
pub(crate) struct Claim<T>(RawClaim<T>);

#[cfg(not(loom))]
type RawCell<T> = core::cell::UnsafeCell<T>;
#[cfg(not(loom))]
type RawClaim<T> = core::marker::PhantomData<*mut T>;
#[cfg(loom)]
type RawCell<T> = loom::cell::UnsafeCell<T>;
#[cfg(loom)]
type RawClaim<T> = Option<loom::cell::MutPtr<T>>;

impl<T> Cell<T> {
    const_fn! {
        pub(crate) const fn new(value: T) -> Self {
            Self(RawCell::new(value))
        }
    }

    #[cfg(not(loom))]
    pub(crate) const fn claim(&self) -> Claim<T> {
        Claim(core::marker::PhantomData)
    }

    #[cfg(loom)]
    pub(crate) fn claim(&self) -> Claim<T> {
        Claim(Some(self.0.get_mut()))
    }

    /// Where the value is, for the holder of its claim.
    #[cfg(not(loom))]
    pub(crate) const fn pointer(&self, _: &Claim<T>) -> *mut T {
        self.0.get()
    }

    #[cfg(loom)]
    pub(crate) fn pointer(&self, claim: &Claim<T>) -> *mut T {
        let Claim(Some(pointer)) = claim else { panic!("the claim was given up") };
        pointer.with(|pointer| pointer)
    }

    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T> Claim<T> {
    /// Gives it up, before the lock of the value is released.
    pub(crate) fn give_up(&mut self) {
        self.0 = RawClaim::default();
    }
}
