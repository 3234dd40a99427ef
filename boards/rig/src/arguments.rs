//! Groups of arguments that several commands have, and those of one with many.

use crate::bytes::Bytes;
use crate::guest::Language;
use crate::invocation::{Invocation, Invoke, Settings};
use crate::optimizing::Optimizing;
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

/// What to do with the figures on record.
#[derive(Debug, Clone, Copy, Args)]
#[group(multiple = false)]
pub(crate) struct Record {
    /// Fail if a figure of a board is more than 1 % above its record
    #[arg(long)]
    pub(crate) check: bool,

    /// Put the measured figures on record
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

    /// Compare the numeric instructions alone, in firmware for chips without an FPU
    #[arg(long, requires = "board")]
    pub(crate) soft_float: bool,

    /// End the emulator when it has printed nothing for so many seconds, with exit code 124
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    pub(crate) time_limit: Duration,
}

/// Where the programs on public crates run, and how many have to.
#[derive(Debug, Args)]
pub(crate) struct Programs {
    #[command(flatten)]
    pub(crate) emulation: Emulation,

    #[command(flatten)]
    pub(crate) settings: Settings,

    /// Be content if so many of them fit [default: all]
    #[arg(long, value_name = "COUNT")]
    pub(crate) at_least: Option<usize>,

    /// Build them from their sources first, with targets that rustup installs
    #[arg(long)]
    pub(crate) rebuild: bool,
}

/// Which steps of the test suite run.
#[derive(Debug, Args)]
pub(crate) struct Suite {
    /// Run every step: all boards, Miri, documentation, records of size and speed
    #[arg(long)]
    pub(crate) all: bool,

    /// Only list the steps
    #[arg(long)]
    pub(crate) list: bool,

    /// Run only the steps whose name contains one of these words, everyday or not
    #[arg(value_name = "STEP", conflicts_with = "all")]
    pub(crate) steps: Vec<String>,
}

/// What guest is written, and where.
#[derive(Debug, Args)]
pub(crate) struct NewGuest {
    /// The folder to make, or an empty one
    #[arg(value_name = "NAME")]
    pub(crate) folder: PathBuf,

    /// The language that it is written in
    #[arg(long, value_enum)]
    pub(crate) lang: Language,

    /// Depend on the git repository at this URL instead of this checkout
    #[arg(long, value_name = "URL")]
    pub(crate) git: Option<String>,
}

/// What module is prepared, and how.
#[derive(Debug, Args)]
pub(crate) struct Prepare {
    /// The module: a binary (`.wasm`) or a text (`.wat`) file
    pub(crate) file: PathBuf,

    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// For an engine with threads, even if the module shares no memory
    #[arg(long)]
    pub(crate) threads: bool,

    #[command(flatten)]
    pub(crate) optimizing: Optimizing,

    /// Also split it into parts of up to so many bytes of code, which the chip loads when they are
    /// called first [default of BYTES: 512]
    #[arg(long, value_name = "BYTES", num_args = 0..=1, require_equals = true,
          default_missing_value = "512")]
    pub(crate) parts: Option<usize>,
}

/// Where a key is written.
#[derive(Debug, Args)]
pub(crate) struct Keygen {
    /// The file of the private key
    #[arg(short, long, value_name = "FILE", default_value = "key.pem")]
    pub(crate) output: PathBuf,

    /// Overwrite a key that is there: what it has signed stays as it is, and firmware with its public key
    /// takes nothing that the new one signs
    #[arg(long)]
    pub(crate) force: bool,
}

/// What module is signed, and by whom.
#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// The module: a binary (`.wasm`) or a text (`.wat`) file
    pub(crate) file: PathBuf,

    /// The file of the private key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,

    /// The module's version: firmware may refuse those below one that it knows
    #[arg(long, value_name = "N")]
    pub(crate) version: u64,

    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// For an engine with threads, even if the module shares no memory
    #[arg(long)]
    pub(crate) threads: bool,

    /// For an engine whose guests are interruptible
    #[arg(long)]
    pub(crate) interruptible: bool,
}

/// Which fuzz targets run, for how long, and where.
#[derive(Debug, Args)]
pub(crate) struct Fuzz {
    /// The targets: load, compartment, prepare, differential, api, wasi, slices, bound
    /// [default: all]
    #[arg(value_name = "TARGET", conflicts_with = "board")]
    pub(crate) targets: Vec<String>,

    /// How long each target runs; on a board, how long one module may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) time: Duration,

    /// What inputs are made from: the same ones for the same seed
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) seed: u64,

    /// Run this input alone, of one target
    #[arg(long, value_name = "FILE", conflicts_with = "board")]
    pub(crate) input: Option<PathBuf>,

    /// Run modules on this emulated board, in one boot, with a good one after each
    #[arg(long, value_name = "NAME")]
    pub(crate) board: Option<String>,

    /// How many modules run on a board
    #[arg(long, value_name = "N", default_value = "2000", requires = "board")]
    pub(crate) modules: u64,
}

/// How a budget is shown.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Shown {
    /// Print the same as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Also say what each byte of the heap is for: once the module is loaded, with an instance, and at the peak
    ///
    /// An image that writes down each change of its heap runs instead: heap and memory are the same, but the
    /// instructions and the native stack are those of that image.
    #[arg(long)]
    pub(crate) detail: bool,

    /// Also say how much heap translating each function takes, which with `--lazy` happens when it is called
    /// first
    ///
    /// The functions that take most come first, twenty of them; as JSON all.
    #[arg(long, conflicts_with = "parts")]
    pub(crate) functions: bool,
}

/// What is looked at in a module.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) invocation: Invocation,

    #[command(flatten)]
    pub(crate) emulation: Emulation,

    /// Print the same as JSON
    #[arg(long, conflicts_with = "words")]
    pub(crate) json: bool,

    /// Also dump these bytes of the memory, after the call
    #[arg(long, value_name = "START..END", value_parser = Bytes::parse, requires = "words")]
    pub(crate) range: Option<Bytes>,

    /// Write a page for a browser to this file: map, changes, strings, dump
    #[arg(long, value_name = "FILE", requires = "words")]
    pub(crate) html: Option<PathBuf>,
}

/// Which image of the firmware runs, and what watches it.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Image {
    /// Run the image that also tests, which crashes at the step of a job that a module's name asks for:
    /// `panic-while-loading.wat`, `-instantiating`, `-calling`, `-unloading`
    #[arg(long, hide = true)]
    pub(crate) tests: bool,

    /// Let the chip's watchdog end a run whose loading, start or call takes longer than this, with a
    /// report of where it is
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) watchdog: Option<Duration>,
}

impl Image {
    /// What the firmware is told for the jobs in the file `jobs`.
    pub(crate) fn arguments(&self, jobs: &str) -> Vec<String> {
        let seconds = self.watchdog.map(|limit| limit.as_secs().to_string());
        ["jobs".to_owned(), jobs.to_owned()].into_iter().chain(seconds).collect()
    }
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

/// Reads an address of the chip.
pub(crate) fn address(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text).replace('_', "");
    u32::from_str_radix(&digits, 16).map_err(|_| "not a hexadecimal address".to_owned())
}
