//! Finding the heap that modules take which do not state it, as far as that is in the image.

#[cfg(not(feature = "validate"))]
use alloc::borrow::Cow;
use vellum_prepare::{Bound, InstanceBound, Loading, PrepareError, Prepared, Weight};

/// What finds it: a coarse one if that is enough and the module was weighed.
pub(crate) type BoundFn = fn(
    &Prepared<'_>,
    Loading,
    Option<&Weight>,
    &dyn Fn(&Bound) -> bool,
) -> Result<Bound, PrepareError>;

#[cfg(feature = "validate")]
pub(super) const BOUND: BoundFn = |module, loading, weight, is_enough| match weight {
    Some(weight) => module.bound_for(loading, weight, is_enough),
    None => module.bound(loading),
};

#[cfg(not(feature = "validate"))]
pub(super) const BOUND: BoundFn = |_, _, _, _| Err(UNSTATED);

/// The same of an instance.
#[cfg(feature = "validate")]
pub(crate) fn instance_bound(module: &Prepared<'_>) -> Result<InstanceBound, PrepareError> {
    module.instance_bound()
}

#[cfg(not(feature = "validate"))]
pub(crate) fn instance_bound(_: &Prepared<'_>) -> Result<InstanceBound, PrepareError> {
    Err(UNSTATED)
}

#[cfg(not(feature = "validate"))]
const UNSTATED: PrepareError = PrepareError::Invalid {
    offset: 0,
    message: Cow::Borrowed("the module does not state the heap that it takes: sign it again"),
};
