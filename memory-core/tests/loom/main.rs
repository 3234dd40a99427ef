//! Models of the lock, of waits and of the mailbox, run in every order of events:
//! `RUSTFLAGS="--cfg loom" cargo test -p vellum-memory --test loom`.

#![cfg(loom)]

mod common;
mod lock;
mod mailbox;
mod size;
mod wait;
