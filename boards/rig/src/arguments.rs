//! Groups of arguments that several commands have, and those of one with many.

use crate::invocation::Invoke;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// What an image for a chip holds.
#[derive(Debug, Args)]
pub(crate) struct Guest {
    /// The module: a binary (`.wasm`) or a text (`.wat`) file [default: none, the examples run]
    pub(crate) file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) invoke: Invoke,
}

/// What to do with the sizes on record.
#[derive(Debug, Clone, Copy, Args)]
#[group(multiple = false)]
pub(crate) struct Record {
    /// Fail if a board's flash or static RAM is more than 1 % above its record
    #[arg(long)]
    pub(crate) check: bool,

    /// Put the measured sizes on record
    #[arg(long)]
    pub(crate) update: bool,
}

/// Which neighbours are compared, and where.
#[derive(Debug, Args)]
pub(crate) struct Neighbours {
    /// Compare all of them, which takes hours, instead of a choice, which takes minutes
    #[arg(long, conflicts_with = "board")]
    pub(crate) long: bool,

    /// Compare some of them on this emulated board, with what wasmtime computes here
    #[arg(long, value_name = "NAME")]
    pub(crate) board: Option<String>,

    /// End the emulator when it has printed nothing for so many seconds, with exit code 124
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    pub(crate) time_limit: Duration,
}

/// Which image of the firmware runs.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Image {
    /// Run the image that also tests, which panics at the step of a job that a module's name asks for:
    /// `panic-while-loading.wat`, `-instantiating`, `-calling`, `-unloading`
    #[arg(long, hide = true)]
    pub(crate) tests: bool,
}

/// Where and for how long an emulated run goes.
#[derive(Debug, Args)]
pub(crate) struct Emulation {
    /// The board to emulate [default: the one `cargo rig boards` marks]
    #[arg(long, value_name = "NAME")]
    pub(crate) board: Option<String>,

    /// End the emulator after this many seconds, with exit code 124
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) time_limit: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<u32>() {
        Ok(0) | Err(_) => Err("not a whole number of seconds above 0".to_owned()),
        Ok(seconds) => Ok(Duration::from_secs(seconds.into())),
    }
}
