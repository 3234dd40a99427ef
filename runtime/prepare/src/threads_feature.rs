//! Whether there is code for threads at all.

/// Proof that the feature `threads` is on. Types that can only be made from it have no values
/// where the feature is off, so that the code that uses them is not in the image.
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

    /// The proof, if threads are wanted.
    pub(crate) fn wanted(wanted: bool) -> Option<Self> {
        Self::POSSIBLE.filter(|_| wanted)
    }
}
