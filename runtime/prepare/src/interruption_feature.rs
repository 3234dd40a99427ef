//! Whether there is code for guests that can be stopped.

crate::proof_of_feature! {
    /// Proof that the feature `interruption` is on.
    Interruptible, "interruption"
}
