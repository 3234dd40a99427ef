//! The command line.

use crate::command::Command;
use crate::installed;
use crate::invocation::shielded;
use crate::program::Program;
use crate::refusal::Refusal;
use clap::{CommandFactory, FromArgMatches, Parser};
use std::ffi::OsString;

/// Runs WebAssembly on Cortex-M: sets up, builds, emulates, flashes and measures Vellum's boards
#[derive(Debug, Parser)]
#[command(
    name = "rig",
    bin_name = "cargo rig",
    version,
    after_help = AFTER_HELP,
    max_term_width = COLUMNS
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Columns of help at most.
const COLUMNS: usize = 100;

const AFTER_HELP: &str = "\
Examples:
  cargo rig run boards/rig/examples/fac.wat --invoke fac 10
  cargo rig run boards/rig/examples/fac.wat --board stm32f405 --report --invoke fac 10
  cargo rig run boards/scenarios/guests/threads-rust/threads.wasm --slice 100
  cargo rig batch boards/rig/examples/guests.list
  cargo rig budget boards/rig/examples/fac.wat --board stm32f405

Exit codes:
  0    done
  1    something failed; one line on stderr says what: `error: <what>: <where>`, and lines of
       `help:` may follow
  2    wrong command line
  124  the emulator's time limit ended the run
  130  ended by Ctrl-C, or told to end

The first use of a board installs its Rust target by rustup and QEMU by the system's package
manager, and says so before it does. CARGO_TARGET_DIR is respected.";

/// Reads a command line, program name first.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, Refusal> {
    let arguments = arguments.map(shielded);
    let parsed = match Program::current() {
        Program::Rig(_) => Cli::try_parse_from(arguments),
        Program::Vellum => {
            installed::command(Cli::command()).try_get_matches_from(arguments).and_then(|matches| {
                installed::check(&matches)?;
                Cli::from_arg_matches(&matches)
            })
        }
    };
    parsed.map(|cli| cli.command).map_err(Refusal)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Cli, parse};
    use crate::command::Command;
    use crate::invocation::Invocation;
    use crate::refusal::in_one_line;
    use clap::CommandFactory;
    use std::ffi::OsString;

    fn command_line<'a>(words: &'a [&'a str]) -> impl Iterator<Item = OsString> {
        std::iter::once("rig").chain(words.iter().copied()).map(OsString::from)
    }

    /// What `rig run` makes of `words`.
    pub(crate) fn invocation(words: &[&str]) -> Invocation {
        let words: Vec<&str> = std::iter::once("run").chain(words.iter().copied()).collect();
        match parse(command_line(&words)).unwrap() {
            Command::Run { invocation, .. } => invocation,
            other => panic!("{other:?}"),
        }
    }

    fn refusal(words: &[&str]) -> String {
        in_one_line(&parse(command_line(words)).unwrap_err().0)
    }

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_fits_100_columns() {
        let mut command = Cli::command();
        command.build();
        let all = std::iter::once(&mut command).map(|it| it.render_long_help().to_string());
        let mut pages: Vec<_> = all.collect();
        for subcommand in command.get_subcommands_mut() {
            pages.push(subcommand.render_long_help().to_string());
            pages.push(subcommand.render_help().to_string());
        }
        assert!(pages.len() > 50, "{}", pages.len());
        for line in pages.iter().flat_map(|page| page.lines()) {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }

    #[test]
    fn refusals_are_one_line_with_the_usage() {
        let line = refusal(&["run"]);
        assert!(line.starts_with("the following required arguments were not provided: <FILE>: "));
        assert!(line.contains("usage: cargo rig run "), "{line}");
        assert!(!line.contains('\n'));
        assert!(refusal(&["run", "a", "--nosuch"]).starts_with("unexpected argument '--nosuch'"));
        assert!(refusal(&["run", "a", "--", "-1"]).starts_with("unexpected argument '-1' found"));
        assert!(refusal(&["walk"]).starts_with("unrecognized subcommand 'walk'"));
    }

    #[test]
    fn settings_are_numbers_in_their_range() {
        for setting in ["--reserve", "--heap", "--stack", "--calls"] {
            for value in ["-1", "1.5", "", "x", "4294967296"] {
                let line = refusal(&["run", "a.wasm", setting, value]);
                assert!(line.contains(setting) && !line.contains('\n'), "{value}: {line}");
            }
        }
        for setting in ["--heap", "--stack", "--calls"] {
            let line = refusal(&["budget", "a.wasm", setting, "0"]);
            assert!(line.contains("0 is not in 1.."), "{line}");
        }
        assert_eq!(invocation(&["a.wasm", "--reserve", "0"]).settings.reserve, Some(0));
    }

    #[test]
    fn a_time_limit_is_a_positive_number_of_seconds() {
        for limit in ["0", "-1", "1.5", "", "x"] {
            let line = refusal(&["demo", "--time-limit", limit]);
            assert!(line.contains("time-limit"), "{limit}: {line}");
        }
    }
}
