//! Stores that share a world: counters that are exact, waits that end, turns that are fair.

mod alone;
mod asynchronous;
mod calls;
mod contenders;
mod counting;
mod deadlock;
mod foreign;
mod futures;
mod host_waits;
mod idle;
mod interpreter;
mod litmus;
mod locked;
mod mailbox;
mod memory;
mod polling;
mod program;
mod random;
mod setup;
mod sharing;
mod spawning;
mod traps;
mod unshared;
mod wakers;
mod worlds;
