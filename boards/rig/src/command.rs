//! What can be asked for: a command each.

use crate::arguments::{
    Emulation, Fuzz, Guest, Image, Inspect, Keygen, Neighbours, NewGuest, Prepare, Programs,
    Record, Shown, Sign, Suite, address,
};
use crate::debugging::{LogOnFailure, OnFailure};
use crate::invocation::Invocation;
use crate::words;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the examples on an emulated board
    Demo {
        #[command(flatten)]
        emulation: Emulation,
    },
    /// Check guests that are futures or share a memory and run at once, on all cores of an emulated board
    ///
    /// Each check prints a line with what it saw; the first that fails ends the run. The time limit
    /// is that of one line.
    Parallel {
        #[command(flatten)]
        emulation: Emulation,
    },
    /// Check guests that run out of a heap of their own, on an emulated board
    ///
    /// Each allocation of some guests fails once, and 10,000 guests are loaded and unloaded, three in ten of
    /// which come to a bad end. The time limit is that of one line.
    Compartments {
        #[command(flatten)]
        emulation: Emulation,
    },
    /// Crash the firmware that also tests on the last core of an emulated board: panic, usage, bus,
    /// memory, stack, heap, hang, usage-in-log or hang-in-log
    #[command(hide = true)]
    Crash {
        how: String,
        #[command(flatten)]
        emulation: Emulation,
    },
    /// Run a WebAssembly module on an emulated board
    #[command(after_long_help = words::REPORT)]
    Run {
        #[command(flatten)]
        invocation: Invocation,
        #[command(flatten)]
        image: Image,
        #[command(flatten)]
        emulation: Emulation,
    },
    /// Show what a module is and needs; with `--invoke`, what its memory looks like after a call
    ///
    /// Without `--invoke` nothing is built or run: imports, exports, memories, proposals, the largest
    /// functions, and which boards it fits. With it the function is called on an emulated board: regions of
    /// the memory, what the call changed, and a dump of a range. Exit code 1 if the module is not valid, or
    /// the call fails.
    Inspect(Box<Inspect>),
    /// Show what a module costs on a board: flash, memory, heap, stacks, instructions
    ///
    /// It is loaded and instantiated there, without the functions that it imports; with `--invoke` a
    /// function is called, too. The table has bounds beside what was measured, which hold for any heap.
    /// Exit code 0 if the module fits, 1 if it does not.
    #[command(after_long_help = words::REPORT)]
    Budget {
        #[command(flatten)]
        invocation: Invocation,
        #[command(flatten)]
        emulation: Emulation,
        #[command(flatten)]
        shown: Shown,
    },
    /// Prepare a module on this computer, so that the chip need not
    ///
    /// Prints how many bytes it has now, which are those that it takes of a chip's flash.
    Prepare(Prepare),
    /// Make a key to sign modules with, and the public key for the firmware
    ///
    /// Ed25519: the private key is PKCS #8 in PEM, as of `openssl genpkey -algorithm ed25519`, and readable
    /// by its owner only. The public key is a file of 32 bytes beside it, with the extension `pub`.
    Keygen(Keygen),
    /// Prepare, validate and sign a module, for firmware that takes only what a key has signed
    ///
    /// Prints its version and how many bytes it has now.
    Sign(Sign),
    /// Run ten programs on public crates on an emulated board, and show what each costs
    ///
    /// Each is built for pages of 64 KiB and for pages of one byte, and lies in flash. Fails if one does
    /// not give its checksum, or if too few fit the board in one of their forms.
    Programs(Programs),
    /// Run many modules one after another in one boot of an emulated board
    ///
    /// LIST has one run a line: FILE, options of `cargo rig run` and --invoke FUNCTION ARG..., with paths
    /// relative to LIST, quotes as in a shell, and comments after `#`. Each run prints
    /// `== FILE` first. A run that fails doesn't touch the next, and the exit code is 0 when the
    /// chip came through them all. The time limit is that of one run.
    Batch {
        /// The file that lists the runs
        list: PathBuf,
        #[command(flatten)]
        image: Image,
        #[command(flatten)]
        emulation: Emulation,
    },
    /// List the boards and what they are
    Boards,
    /// Show where each board's firmware spends flash and static RAM
    ///
    /// Flash is told by crate: generic code of the standard library counts for the crate whose
    /// types it was made for. The sizes on record are those of `boards/sizes.md`.
    #[command(after_long_help = words::SIZES)]
    Sizes {
        /// Measure this board only
        #[arg(long, value_name = "NAME")]
        board: Option<String>,
        #[command(flatten)]
        record: Record,
    },
    /// Show the heap peak and the native stack that each emulated board's firmware has in use
    ///
    /// Of the examples and of the workloads. The figures on record are those of `boards/used.md`.
    Used {
        /// Measure this board only
        #[arg(long, value_name = "NAME")]
        board: Option<String>,
        #[command(flatten)]
        record: Record,
    },
    /// Name the functions that addresses of a firmware's report lie in
    Whereis {
        /// The ELF file of the firmware that reported, as `build` prints its path
        elf: PathBuf,
        /// The addresses, such as 0x0800_1234
        #[arg(required = true, value_parser = address)]
        addresses: Vec<u32>,
    },
    /// Build the image that `flash` writes to a chip, and print the path of its ELF file
    ///
    /// For a board without a chip it is the emulator's image, which holds no module.
    Build {
        #[command(flatten)]
        guest: Guest,
        #[command(flatten)]
        told: LogOnFailure,
        /// The board to build for [default: the one `cargo rig boards` marks]
        #[arg(long, value_name = "NAME")]
        board: Option<String>,
    },
    /// Build an image with a module inside, write it to a chip by probe-rs, and show its logs
    ///
    /// With `--backtrace` or `--coredump` this ends when the guest has.
    Flash {
        #[command(flatten)]
        guest: Guest,
        #[command(flatten)]
        on_failure: OnFailure,
        /// The board that is connected
        #[arg(long, value_name = "NAME")]
        board: String,
    },
    /// Read a chip's log, show where the guest was that failed, and write its core dump
    ///
    /// The log is of an image by `build --backtrace` or `--coredump`, as `probe-rs run` prints it. Of a core dump
    /// that did not come whole no file is written.
    Coredump {
        /// The module that is in the image, as it was given to `build`
        file: PathBuf,
        /// The file of the log
        #[arg(long, value_name = "LOG")]
        from: PathBuf,
        /// The file to write [default: only show where the guest was]
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Run the tests: the everyday ones, or all
    ///
    /// Exit code 0 if all steps passed. Prints a table of the steps, how long each took, and
    /// `N passed, N failed` last.
    Suite(Suite),
    /// Count the instructions of the workloads, beside the figures of other runtimes
    Bench {
        #[command(flatten)]
        emulation: Emulation,
        /// Run the real programs instead, beside what they cost in other runtimes
        #[arg(long)]
        real: bool,
        /// Fail if a goal is missed: speed, flash, heap or native stack
        #[arg(long)]
        check: bool,
    },
    /// Run the official threads suite on an emulated board
    ///
    /// In slices of several lengths, and again with every access to a shared memory locked. Prints
    /// what fails, and fails if that is not what is accepted.
    Threads {
        #[command(flatten)]
        emulation: Emulation,
    },
    /// Compare the runtime with wasmtime on every neighbour of every instruction
    ///
    /// Small functions by the hundred thousand, on this computer. Prints each one that does not do
    /// what it should, with its arguments and both results. Exit code 0 if there is none.
    Neighbours(Neighbours),
    /// Try to break the runtime with inputs made from a seed, for a stated time
    ///
    /// Prints how many inputs were tried. One that fails is written to a file, and the command that
    /// repeats it is printed. Exit code 0 if there is none.
    Fuzz(Fuzz),
    /// Copy the starter firmware to a folder of its own, outside this checkout
    ///
    /// It depends on this checkout by its path, or on a git repository, and runs in the emulator by
    /// `cargo run --release`.
    New {
        /// The folder to make, or an empty one
        folder: PathBuf,
        /// Depend on the git repository at this URL instead of this checkout
        #[arg(long, value_name = "URL")]
        git: Option<String>,
    },
    /// Write a guest to a folder of its own, outside this checkout, which is also its name
    ///
    /// A complete project: flags, an allocator, bindings, a build command, a README. What its language
    /// needs is installed: for Rust a target, for C clang.
    NewGuest(NewGuest),
    /// Rebuild the benchmark module and the guests with threads from their sources
    ///
    /// Needs clang and lld, and for the guest in Rust a target that rustup installs.
    Workloads,
    /// Check that the published crates build from their packages alone
    Package,
    /// Check licences, banned crates and sources of all dependencies against `deny.toml`
    ///
    /// And the advisories of RustSec, if cargo-deny is installed and can fetch them.
    Dependencies,
    /// Install what the emulated boards and guests in Rust need, and build nothing
    Setup {
        /// Set up for this board only
        #[arg(long, value_name = "NAME")]
        board: Option<String>,
        /// Also install what guests in C, Zig and AssemblyScript need: clang, lld, pip and npm
        #[arg(long)]
        guests: bool,
        /// Also install the browser of the test of `inspect --html`: Chromium
        #[arg(long)]
        browser: bool,
    },
}
