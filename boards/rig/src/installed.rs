//! What the command line of the installed program is: that of `cargo rig`, without what only a checkout is for.

use crate::program::Program;
use clap::error::ErrorKind;
use clap::{ArgMatches, Command, Error};

/// Commands that build, test or measure the checkout itself.
const OF_THE_CHECKOUT: [&str; 14] = [
    "bench",
    "compartments",
    "crash",
    "dependencies",
    "fuzz",
    "neighbours",
    "package",
    "parallel",
    "programs",
    "sizes",
    "suite",
    "threads",
    "used",
    "workloads",
];

const AFTER_HELP: &str = "\
Examples:
  vellum new-guest my-guest --lang rust
  vellum run guest.wasm --invoke fac 10
  vellum run guest.wasm --board stm32f405 --report
  vellum budget guest.wasm --board stm32f405
  vellum inspect guest.wasm
  vellum prepare guest.wasm -o guest.prepared.wasm
  vellum keygen -o key.pem
  vellum sign guest.wasm --key key.pem --version 1 -o guest.signed.wasm

Exit codes:
  0    done
  1    something failed; one line on stderr says what: `error: <what>: <where>`, and lines of
       `help:` may follow
  2    wrong command line
  124  the emulator's time limit ended the run
  130  ended by Ctrl-C, or told to end

The first use of a board installs its Rust target by rustup and QEMU by the system's package
manager, and says so before it does. Its firmware is built once and kept in the user's cache, in
$XDG_CACHE_HOME/vellum or ~/.cache/vellum. VELLUM_SOURCES names another checkout to build it from.";

/// The same command line, for use outside of a checkout.
pub(crate) fn command(command: Command) -> Command {
    let name = Program::Vellum.name();
    let command = command.name(name).bin_name(name).after_help(AFTER_HELP);
    OF_THE_CHECKOUT
        .iter()
        .fold(command, |command, own| command.mut_subcommand(own, |own| own.hide(true)))
}

/// Refuses what only a checkout is for.
pub(crate) fn check(matches: &ArgMatches) -> Result<(), Error> {
    match matches.subcommand_name() {
        Some(own) if OF_THE_CHECKOUT.contains(&own) => {
            let text = format!("'{own}' is for a checkout of Vellum: start it there");
            Err(Error::raw(ErrorKind::InvalidSubcommand, text))
        }
        _ => Ok(()),
    }
}
