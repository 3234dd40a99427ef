//! Whether there is code for stopping guests at all.

/// Proof that the feature `interruption` is on. Types that can only be made from it have no values
/// where the feature is off, so that the code that uses them is not in the image.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interruptible(Possible);

#[cfg(feature = "interruption")]
type Possible = ();
#[cfg(not(feature = "interruption"))]
type Possible = core::convert::Infallible;

impl Interruptible {
    /// The proof, if there can be one.
    #[cfg(feature = "interruption")]
    pub(crate) const POSSIBLE: Option<Self> = Some(Self(()));
    /// The proof, if there can be one.
    #[cfg(not(feature = "interruption"))]
    pub(crate) const POSSIBLE: Option<Self> = None;

    /// There is no such value where the feature is off.
    #[cfg(not(feature = "interruption"))]
    pub(crate) fn impossible(self) -> ! {
        match self.0 {}
    }

    /// The proof, for engines whose guests can be stopped.
    pub(crate) fn wanted(wanted: bool) -> Option<Self> {
        Self::POSSIBLE.filter(|_| wanted)
    }
}
