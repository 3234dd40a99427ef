//! Guests in Rust that are built with `vellum-guest`: the allocator on pages of 64 KiB and of a byte, logs,
//! and panics with their place. And what the host answers to guests that call its functions wrongly.

mod allocator;
mod host;
mod interface;
mod kit;
mod messages;
mod shared_page;
