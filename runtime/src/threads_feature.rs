//! Whether there is code for threads at all.

vellum_prepare::proof_of_feature! {
    /// Proof that the feature `threads` is on.
    Threads, "threads"
}

#[cfg(not(feature = "threads"))]
impl Threads {
    /// There is no such value where the feature is off.
    pub(crate) fn impossible(self) -> ! {
        match self.0 {}
    }
}
