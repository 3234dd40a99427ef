//! Whether there is code for threads at all.

/// Witness that the feature `threads` is on. What can only be made of it is of a type without values
/// where the feature is off, so that nothing of what would be done with such values is in an image.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Threads(Possible);

#[cfg(feature = "threads")]
type Possible = ();
#[cfg(not(feature = "threads"))]
type Possible = core::convert::Infallible;

impl Threads {
    /// The proof, if there can be one.
    #[cfg(feature = "threads")]
    pub(crate) const POSSIBLE: Option<Self> = Some(Self(()));
    /// The proof, if there can be one.
    #[cfg(not(feature = "threads"))]
    pub(crate) const POSSIBLE: Option<Self> = None;

    /// The proof, for those who want threads.
    pub(crate) fn wanted(wanted: bool) -> Option<Self> {
        Self::POSSIBLE.filter(|_| wanted)
    }
}
