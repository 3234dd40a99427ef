//! Whether there is code for modules that are believed.

vellum_prepare::proof_of_feature! {
    /// Proof that the feature `signed` is on, and that the embedder believes signatures.
    Believed, "signed"
}
