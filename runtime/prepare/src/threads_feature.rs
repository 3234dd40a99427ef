//! Whether there is code for threads at all.

crate::proof_of_feature! {
    /// Proof that the feature `threads` is on.
    Threads, "threads"
}
