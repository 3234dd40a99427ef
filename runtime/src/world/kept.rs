//! What the interpreter's functions use of the host, which a world keeps for them.
//!
//! A function that the interpreter has is forgotten with its compartment. So it owns nothing: what it
//! uses is the world's, which is dropped in any case, and after the interpreter's store.

#![expect(unsafe_code, reason = "the interpreter's functions use what their world owns")]

use super::definitions::World;
use alloc::sync::Arc;
use core::any::Any;
use core::ops::Deref;
use core::ptr::NonNull;

/// A value that a world keeps, as a function of the world's store has it.
pub(crate) struct Kept<V: ?Sized>(NonNull<V>);

impl<V: ?Sized> Kept<V> {
    /// The value, as it is.
    ///
    /// # Safety
    ///
    /// A world keeps it or what owns it, and this is used by functions of that world's store alone.
    pub(crate) unsafe fn of(value: &Arc<V>) -> Self {
        Self(NonNull::from(&**value))
    }
}

impl<V: ?Sized> Clone for Kept<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V: ?Sized> Copy for Kept<V> {}

// SAFETY: it is a shared reference.
unsafe impl<V: Sync + ?Sized> Send for Kept<V> {}

// SAFETY: it is a shared reference.
unsafe impl<V: Sync + ?Sized> Sync for Kept<V> {}

impl<V: ?Sized> Deref for Kept<V> {
    type Target = V;

    #[inline(always)]
    fn deref(&self) -> &V {
        // SAFETY: a function of a store runs while its world lives, which keeps the value.
        unsafe { self.0.as_ref() }
    }
}

impl World {
    /// Keeps a value, for as long as the world lives.
    pub(crate) fn keep(&mut self, value: Arc<dyn Any + Send + Sync>) {
        self.kept.push(value);
    }
}
