//! Runs the fuzz targets for a stated time each.
//!
//! `cargo run --profile host -p vellum-host-tests --features differential --bin fuzz -- --seconds 60`
//!
//! Each target runs in a process of its own, so that an input that crashes it or never ends is known by
//! its number as well.

mod options;
mod parent;
mod worker;

use options::{Options, Role};
use std::process::ExitCode;

#[cfg(feature = "canaries")]
use vellum_host_tests::canaries::Heap as Program;

#[cfg(not(feature = "canaries"))]
use std::alloc::System as Program;

#[global_allocator]
static HEAP: vellum::Heap<Program> = vellum::Heap::new(Program);

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    match &options.role {
        Role::Run => parent::run(&options),
        Role::Worker { target, number } => worker::run(target, options.seed, *number),
        Role::Input { target, file } => worker::repeat(target, file),
        Role::Corpus(folder) => worker::corpus(folder),
        Role::Chip { folder, modules } => worker::chip(folder, options.seed, *modules),
    }
}
