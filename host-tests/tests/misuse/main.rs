//! What no embedder should do is a typed error, never a panic.

mod guards;
mod setup;
