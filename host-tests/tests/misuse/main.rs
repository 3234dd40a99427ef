//! What no embedder should do is a typed error, never a panic.

mod futures;
mod guards;
mod reentry;
mod settings;
mod setup;
mod values;
