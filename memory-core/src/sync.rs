//! The atomics and the cell that the lock, the mailbox and a shared memory's size are built on: the
//! machine's, or loom's, which tries orders of events.

#[cfg(not(loom))]
pub(crate) use core::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, fence,
};
#[cfg(loom)]
pub(crate) use loom::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, fence,
};

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

/// The pointer of one holder. Loom finds two that exist at one time.
pub(crate) struct Pointer<T>(RawPointer<T>);

#[cfg(not(loom))]
type RawCell<T> = core::cell::UnsafeCell<T>;
#[cfg(not(loom))]
type RawPointer<T> = *mut T;
#[cfg(loom)]
type RawCell<T> = loom::cell::UnsafeCell<T>;
#[cfg(loom)]
type RawPointer<T> = loom::cell::MutPtr<T>;

impl<T> Cell<T> {
    const_fn! {
        pub(crate) const fn new(value: T) -> Self {
            Self(RawCell::new(value))
        }
    }

    #[cfg(not(loom))]
    pub(crate) const fn pointer(&self) -> Pointer<T> {
        Pointer(self.0.get())
    }

    #[cfg(loom)]
    pub(crate) fn pointer(&self) -> Pointer<T> {
        Pointer(self.0.get_mut())
    }

    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T> Pointer<T> {
    #[cfg(not(loom))]
    pub(crate) const fn as_ptr(&self) -> *mut T {
        self.0
    }

    #[cfg(loom)]
    pub(crate) fn as_ptr(&self) -> *mut T {
        self.0.with(|pointer| pointer)
    }
}
