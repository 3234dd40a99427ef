//! The host side of Vellum: `cargo rig`, `cargo demo` and `cargo suite` in its checkout, `vellum`
//! everywhere else.
//!
//! It installs what a board needs, builds its firmware, starts it in the emulator, decodes the
//! logs that come out, and answers with an exit code that scripts can use.

mod advice;
mod arguments;
mod backtrace;
mod bench;
mod board;
mod build_settings;
mod bytes;
mod cache;
mod cli;
mod command;
mod commands;
mod core_dump;
mod costs;
mod debugging;
mod dependencies;
mod detail;
mod emulator;
mod explain;
mod failure;
mod figures;
mod fingerprint;
mod firmware;
mod fits;
mod flame_graph;
mod footprint;
mod functions;
mod goals;
mod guest;
mod help;
mod image;
mod inspect;
mod installed;
mod interpreter_loop;
mod interrupt;
mod invocation;
mod job;
mod known;
mod lanes;
mod leash;
mod linking;
mod list;
mod log;
mod module;
mod native_stack;
mod nightly;
mod observed;
mod optimizing;
mod peers;
mod placed;
mod post_mortem;
mod preempted;
mod profile;
mod program;
mod progress;
mod queue;
mod real;
mod refusal;
mod setup;
mod sizes;
mod sources;
mod staging;
mod starter;
mod steps;
mod stops;
mod suite;
mod symbol;
mod table;
mod threads;
mod thumb;
mod tools;
mod translating;
mod used;
mod words;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    let command = match cli::parse(std::env::args_os()) {
        Ok(command) => command,
        Err(refusal) => return refusal.show(),
    };
    match command.execute() {
        Ok(code) => ExitCode::from(code),
        Err(error) => failure::show(&error),
    }
}
