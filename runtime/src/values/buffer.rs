//! Arguments and results on their way to the interpreter, kept off the heap where they are few.

use super::Val;
use crate::error::Error;
use crate::world::session::StoreId;
use alloc::vec::Vec;
use core::array;

/// More than this many values of a call go over the heap.
const INLINE: usize = 8;

/// Values in the interpreter's form.
pub(crate) enum Values {
    Inline([wasmi::Val; INLINE], usize),
    Heap(Vec<wasmi::Val>),
}

impl Values {
    /// Converts arguments, whose references must belong to the store `id`.
    pub(crate) fn arguments(values: &[Val], id: StoreId) -> Result<Self, Error> {
        let mut converted = Self::results(values.len());
        for (slot, value) in converted.as_mut_slice().iter_mut().zip(values) {
            *slot = value.to_wasmi(id)?;
        }
        Ok(converted)
    }

    /// A copy of values that are in the interpreter's form.
    pub(crate) fn of(values: &[wasmi::Val]) -> Self {
        let mut copy = Self::results(values.len());
        copy.as_mut_slice().clone_from_slice(values);
        copy
    }

    /// Room for `count` results.
    pub(crate) fn results(count: usize) -> Self {
        match count {
            0..=INLINE => Self::Inline(array::from_fn(|_| wasmi::Val::I32(0)), count),
            _ => Self::Heap(alloc::vec![wasmi::Val::I32(0); count]),
        }
    }

    pub(crate) fn as_slice(&self) -> &[wasmi::Val] {
        match self {
            Self::Inline(values, count) => values.get(..*count).unwrap_or_default(),
            Self::Heap(values) => values,
        }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [wasmi::Val] {
        match self {
            Self::Inline(values, count) => values.get_mut(..*count).unwrap_or_default(),
            Self::Heap(values) => values,
        }
    }

    /// Converts results back into `values`.
    pub(crate) fn copy_to(&self, values: &mut [Val], id: StoreId) {
        for (value, result) in values.iter_mut().zip(self.as_slice()) {
            *value = Val::from_wasmi(result, id);
        }
    }
}
