//! The commands, one a file.

mod batch;
mod bench;
mod boards;
mod budget;
mod build;
mod compiler;
mod coredump;
mod demo;
mod dependencies;
mod flash;
mod fuzz;
mod guests;
mod inspect;
mod keygen;
mod neighbours;
mod new;
mod new_guest;
mod package;
mod prepare;
mod programs;
mod run;
mod setup;
mod sign;
mod signer;
mod sizes;
mod suite;
mod threads;
mod used;
mod whereis;
mod workloads;

#[cfg(test)]
pub(crate) use programs::CHECKSUMS;

use crate::arguments::Image;
use crate::board::Board;
use crate::command::Command;
use crate::firmware::{self, Guests};
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::PathBuf;

/// The target of cores without an FPU: the Cortex-M3.
const SOFT_FLOAT: &str = "thumbv7m-none-eabi";

impl Command {
    /// Carries the command out, and gives the exit code.
    pub(crate) fn execute(self) -> Result<u8> {
        let workspace = Workspace::load()?;
        match self {
            Self::Prepare(arguments) => prepare::execute(&arguments),
            Self::Keygen(arguments) => keygen::execute(&arguments),
            Self::Sign(arguments) => sign::execute(&arguments),
            Self::Demo { emulation } => demo::execute(&workspace, &["demo"], &emulation),
            Self::Parallel { emulation } => demo::test(&workspace, &["parallel"], &emulation),
            Self::Compartments { emulation } => demo::compartments(&workspace, &emulation),
            Self::Crash { how, emulation } => demo::test(&workspace, &["crash", &how], &emulation),
            Self::Run { invocation, image, emulation } => {
                run::execute(&workspace, &invocation, image, &emulation)
            }
            Self::Budget { invocation, emulation, shown } => {
                budget::execute(&workspace, &invocation, &emulation, shown)
            }
            Self::Inspect(inspect) => inspect::execute(&workspace, &inspect),
            Self::Programs(programs) => programs::execute(&workspace, &programs),
            Self::Batch { list, image, emulation } => {
                batch::execute(&workspace, &list, image, &emulation)
            }
            Self::Boards => boards::execute(&workspace),
            Self::Sizes { board, record } => sizes::execute(&workspace, board.as_deref(), record),
            Self::Build { guest, told, board } => {
                build::execute(&workspace, &guest, told, board.as_deref())
            }
            Self::Flash { guest, on_failure, board } => {
                flash::execute(&workspace, &guest, &on_failure, &board)
            }
            Self::Coredump { file, from, output } => {
                coredump::execute(&file, &from, output.as_deref())
            }
            Self::New { folder, git } => new::execute(&workspace, &folder, git.as_deref()),
            Self::NewGuest(guest) => {
                new_guest::execute(&workspace, &guest.folder, guest.lang, guest.git.as_deref())
            }
            Self::Suite(suite) => suite::execute(&workspace, &suite),
            Self::Bench { emulation, real: true, check } => {
                programs::compare(&workspace, &emulation, check)
            }
            Self::Bench { emulation, real: false, check } => {
                bench::execute(&workspace, &emulation, check)
            }
            Self::Threads { emulation } => threads::execute(&workspace, &emulation),
            Self::Neighbours(neighbours) => neighbours::execute(&workspace, &neighbours),
            Self::Fuzz(fuzz) => fuzz::execute(&workspace, &fuzz),
            Self::Workloads => workloads::execute(&workspace),
            Self::Package => package::execute(&workspace),
            Self::Dependencies => dependencies::execute(&workspace),
            Self::Used { board, record } => used::execute(&workspace, board.as_deref(), record),
            Self::Whereis { elf, addresses } => whereis::execute(&elf, &addresses),
            Self::Setup { board, guests, browser } => {
                setup::execute(&workspace, board.as_deref(), guests, browser)
            }
        }
    }
}

/// Sets up for the emulated `board` and builds its firmware for all guests.
fn emulated_firmware(workspace: &Workspace, board: &Board) -> Result<PathBuf> {
    emulated_firmware_for(workspace, board, Guests::All)
}

/// Sets up for the emulated `board` and builds its firmware.
fn emulated_firmware_for(workspace: &Workspace, board: &Board, guests: Guests) -> Result<PathBuf> {
    crate::setup::for_running(board)?;
    firmware::build(workspace, board, guests)
}

/// Sets up for the emulated `board` and builds the image that is asked for.
fn firmware_of(image: Image, workspace: &Workspace, board: &Board) -> Result<PathBuf> {
    let build = if image.tests { test_firmware } else { emulated_firmware };
    build(workspace, board)
}

/// The same with what only measures and tests.
fn test_firmware(workspace: &Workspace, board: &Board) -> Result<PathBuf> {
    crate::setup::for_running(board)?;
    firmware::build_with(workspace, board, Guests::All, &["--features", "tests"], &[])
}

/// The same for chips without an FPU, whose cores execute what those of all boards do.
fn soft_float_firmware(workspace: &Workspace, board: &Board) -> Result<PathBuf> {
    let mut board = board.clone();
    SOFT_FLOAT.clone_into(&mut board.facts.target);
    test_firmware(workspace, &board)
}

/// The firmware that also writes down each change of its heap. What a change is for follows from the debug
/// information of all crates.
fn detail_firmware(workspace: &Workspace, board: &Board) -> Result<PathBuf> {
    const DEBUG: &str = "profile.release.package.\"*\".debug=2";
    crate::setup::for_running(board)?;
    let arguments = ["--features", "detail", "--config", DEBUG];
    firmware::build_with(workspace, board, Guests::All, &arguments, &[])
}

/// The firmware that also writes down the memories of guests, before and after a call.
fn inspect_firmware(workspace: &Workspace, board: &Board) -> Result<PathBuf> {
    crate::setup::for_running(board)?;
    firmware::build_with(workspace, board, Guests::All, &["--features", "inspect"], &[])
}

/// The same with guests that have a heap and a native stack of their own.
fn compartments_firmware(workspace: &Workspace, board: &Board) -> Result<PathBuf> {
    crate::setup::for_running(board)?;
    let features = ["--features", "tests,compartments"];
    firmware::build_with(workspace, board, Guests::All, &features, &[])
}
