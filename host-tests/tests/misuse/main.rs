//! What no embedder should do is a typed error, never a panic.

mod guards;
mod settings;
mod setup;
