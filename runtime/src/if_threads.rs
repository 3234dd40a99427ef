//! Values that exist only in builds with threads.

use crate::threads_feature::Threads;
use core::ops::{Deref, DerefMut};

/// A value that exists only in builds with threads. Without the feature the type has no values and no
/// field of type `T`, so that not even what would drop a `T` is in the image.
#[derive(Debug, Clone)]
pub(crate) struct IfThreads<T>(Kept<T>);

#[cfg(feature = "threads")]
type Kept<T> = T;
#[cfg(not(feature = "threads"))]
type Kept<T> = (core::convert::Infallible, core::marker::PhantomData<T>);

impl<T> IfThreads<T> {
    #[cfg(feature = "threads")]
    pub(crate) fn new(_: Threads, value: T) -> Self {
        Self(value)
    }

    #[cfg(not(feature = "threads"))]
    pub(crate) fn new(proof: Threads, _: T) -> Self {
        proof.impossible()
    }
}

impl<T> Deref for IfThreads<T> {
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

impl<T> DerefMut for IfThreads<T> {
    #[cfg(feature = "threads")]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }

    #[cfg(not(feature = "threads"))]
    fn deref_mut(&mut self) -> &mut T {
        match self.0.0 {}
    }
}
