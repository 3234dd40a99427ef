//! Models of the lock, of waits, of a request to stop, of the mailbox, of the monitor and of a memory's size:
//! `RUSTFLAGS="--cfg loom" cargo test -p vellum-memory --test loom`.
//!
//! Loom tries every order of events of two or three threads, or those with as few interruptions as
//! a model says. It sees the lock's word, holder and value, the messages, the signal and the waker of a
//! post, and the size. It does not see what has the machine's own atomics here too: the lock's
//! counters, the list of what is left to a holder and the table of a pool. It knows of acquire and
//! release and of fences, not of accesses that are sequentially consistent.

#![cfg(loom)]

mod common;
mod interrupt;
mod lock;
mod mailbox;
mod monitor;
mod size;
mod wait;
