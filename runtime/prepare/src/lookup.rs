//! What is at an index that the module says.

/// The element at that index, if there is one.
pub(super) fn at<T>(slice: &[T], index: u32) -> Option<&T> {
    slice.get(usize::try_from(index).ok()?)
}
