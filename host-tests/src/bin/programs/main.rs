//! Compares random programs with `wasmtime`.
//!
//! `cargo run --profile host -p vellum-host-tests --features differential --bin programs --
//! --seed 1 --seconds 3600`
//!
//! The programs run in a process of their own, so that one that crashes or never ends is known by its
//! seed as well.

mod options;
mod parent;
mod report;
mod worker;

use options::{Options, Role};
use std::process::ExitCode;

#[cfg(feature = "canaries")]
#[global_allocator]
static HEAP: vellum_host_tests::canaries::Heap = vellum_host_tests::canaries::Heap;

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    match options.role {
        Role::Parent => parent::run(&options),
        Role::Worker => worker::run(&options),
    }
}
