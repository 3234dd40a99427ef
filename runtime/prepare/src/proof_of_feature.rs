//! Types that prove that a feature of their crate is on.

/// Declares one, by its name and that of the feature, each crate for its own features.
#[doc(hidden)]
#[macro_export]
macro_rules! proof_of_feature {
    ($(#[$documentation:meta])* $name:ident, $feature:tt) => {
        $(#[$documentation])*
        /// Types that can only be made from it have no values where the feature is off, so that the code
        /// that uses them is not in the image.
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $name(Possible);

        #[cfg(feature = $feature)]
        type Possible = ();
        #[cfg(not(feature = $feature))]
        type Possible = core::convert::Infallible;

        impl $name {
            /// The proof, if there can be one.
            #[cfg(feature = $feature)]
            pub(crate) const POSSIBLE: Option<Self> = Some(Self(()));
            /// The proof, if there can be one.
            #[cfg(not(feature = $feature))]
            pub(crate) const POSSIBLE: Option<Self> = None;

            /// The proof, if it is wanted.
            pub(crate) fn wanted(wanted: bool) -> Option<Self> {
                Self::POSSIBLE.filter(|_| wanted)
            }
        }
    };
}
