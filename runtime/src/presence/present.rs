//! What there is only where there are threads.

use super::Threads;
use core::ops::Deref;

/// What there can only be with the proof. Where there is none, nothing of it is in an image, not even
/// what would drop it.
#[derive(Debug, Clone)]
pub(crate) struct Present<T>(Kept<T>);

#[cfg(feature = "threads")]
type Kept<T> = T;
#[cfg(not(feature = "threads"))]
type Kept<T> = (core::convert::Infallible, core::marker::PhantomData<T>);

impl<T> Present<T> {
    #[cfg(feature = "threads")]
    pub(crate) fn new(_: Threads, value: T) -> Self {
        Self(value)
    }

    #[cfg(not(feature = "threads"))]
    pub(crate) fn new(proof: Threads, _: T) -> Self {
        match proof.0 {}
    }
}

impl<T> Deref for Present<T> {
    type Target = T;

    #[cfg(feature = "threads")]
    fn deref(&self) -> &T {
        &self.0
    }

    #[cfg(not(feature = "threads"))]
    fn deref(&self) -> &T {
        match self.0.0 {}
    }
}
