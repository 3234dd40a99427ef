//! Engines with a heap and a native stack of their own: whatever allocation of theirs fails, that is an
//! error, and the next guest runs.
#![expect(unsafe_code, reason = "an allocator that fails when it is asked to")]

mod failing;
mod living;
mod loading;
mod modules;
mod parts;
mod preempting;
mod suite;
mod suspending;
mod threads;
mod turns;
