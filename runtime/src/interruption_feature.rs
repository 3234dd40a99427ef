//! Whether there is code for stopping guests at all.

vellum_prepare::proof_of_feature! {
    /// Proof that the feature `interruption` is on.
    Interruptible, "interruption"
}

#[cfg(not(feature = "interruption"))]
impl Interruptible {
    /// There is no such value where the feature is off.
    pub(crate) fn impossible(self) -> ! {
        match self.0 {}
    }
}
