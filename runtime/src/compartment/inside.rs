//! Values of the interpreter, which are forgotten with their compartment.

#![expect(unsafe_code, reason = "a value is dropped where it was made, or forgotten")]

use super::place::Place;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};

/// A value that was made at a place and is dropped there. Of an abandoned compartment it is forgotten,
/// and so it is while another context is inside: then its bytes come back with the compartment's.
pub(crate) struct Inside<V> {
    value: ManuallyDrop<V>,
    place: Place,
}

impl<V> Inside<V> {
    /// A value that was made at `place`.
    pub(crate) fn new(place: &Place, value: V) -> Self {
        Self { value: ManuallyDrop::new(value), place: place.clone() }
    }
}

impl<V> Deref for Inside<V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.value
    }
}

impl<V> DerefMut for Inside<V> {
    fn deref_mut(&mut self) -> &mut V {
        &mut self.value
    }
}

impl<V> Drop for Inside<V> {
    fn drop(&mut self) {
        let Self { value, place } = self;
        // SAFETY: the value is dropped here alone, and not used any more.
        let drop = || unsafe { ManuallyDrop::drop(value) };
        // Where it can't be dropped, it is forgotten.
        let _ = place.run(drop);
    }
}
