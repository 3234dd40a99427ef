//! `rig run`

use super::{detail_firmware, firmware_of, inspect_firmware, signer::Signer};
use crate::advice::advice;
use crate::arguments::{Emulation, Image};
use crate::costs::Costs;
use crate::detail::Detail;
use crate::emulator::{Boot, End, Reaction};
use crate::failure;
use crate::fits::misfit;
use crate::help::{self, help};
use crate::invocation::Invocation;
use crate::job::{self, Job, Told};
use crate::known::Known;
use crate::observed::Observed;
use crate::placed::FreeFlash;
use crate::staging::Staging;
use crate::workspace::Workspace;
use anyhow::Result;

/// One job alone in one boot.
pub(super) struct Single<'a> {
    pub(super) invocation: &'a Invocation,
    pub(super) is_budget: bool,
    /// Whether the use of the heap is told in detail.
    pub(super) is_detailed: bool,
    pub(super) image: Image,
    /// Who signs the module, if the image is one that takes nothing else.
    pub(super) signer: Option<&'a Signer>,
    pub(super) emulation: &'a Emulation,
}

/// What came of it.
pub(super) struct Ran {
    pub(super) costs: Costs,
    pub(super) known: Option<Known>,
    pub(super) detail: Option<Detail>,
    /// The errors that the firmware reported.
    pub(super) errors: Vec<String>,
    /// How the module is to be built if it does not fit.
    pub(super) advice: Vec<String>,
    pub(super) code: u8,
}

impl Ran {
    /// Of a module that no firmware of the board has room for.
    fn refused(misfit: String, known: Option<Known>, binary: &[u8]) -> Self {
        let errors = vec![misfit];
        let advice = advice(&errors, binary);
        let (costs, code) = (Costs::default(), failure::FAILURE);
        Self { costs, known, detail: None, errors, advice, code }
    }

    /// Prints the advice, a line each.
    pub(super) fn advise(&self) {
        help::print(&self.advice);
    }
}

pub(super) fn execute(
    workspace: &Workspace,
    invocation: &Invocation,
    image: Image,
    emulation: &Emulation,
) -> Result<u8> {
    let single =
        Single { invocation, is_budget: false, is_detailed: false, image, signer: None, emulation };
    let ran = single.boot(workspace, |_| Reaction::Print)?;
    ran.advise();
    if !ran.costs.is_empty() {
        print!("{}", ran.costs.render(ran.known.as_ref()));
    }
    Ok(ran.code)
}

impl Single<'_> {
    /// Boots, and collects the costs. `react` sees each other line.
    pub(super) fn boot(
        &self,
        workspace: &Workspace,
        mut react: impl FnMut(&str) -> Reaction,
    ) -> Result<Ran> {
        let Self { invocation, is_budget, is_detailed, image, signer, emulation } = *self;
        let board = workspace.board(emulation.board.as_deref())?;
        let mut binary = invocation.module()?;
        if let Some(signer) = signer {
            binary = signer.sign(&binary, invocation.options(&binary))?;
        }
        if let Some(misfit) = misfit(&binary, board) {
            failure::print_line(&misfit);
            let known = Known::of(&binary, invocation, board);
            return Ok(Ran::refused(misfit, known, &binary));
        }
        let known = Known::of(&binary, invocation, board);
        // The image that writes everything down takes more native stack.
        let known = if is_detailed { known.map(Known::without_stack) } else { known };
        let elf = match (signer, is_detailed) {
            (Some(signer), _) => signer.firmware(workspace, board)?,
            (None, true) => detail_firmware(workspace, board)?,
            (None, false) if invocation.debugging.is_on() => inspect_firmware(workspace, board)?,
            (None, false) => firmware_of(image, workspace, board)?,
        };
        let staging = Staging::new()?;
        let mut flash = FreeFlash::behind(&elf, board)?;
        let module = flash.place_or_write(&staging, "0.wasm", &binary)?;
        flash.stage(&staging)?;
        let name = invocation.file.display().to_string();
        let told = if is_budget { Told::Budget } else { Told::AsAsked };
        let job = Job { name: &name, module, invocation, told };
        staging.write("jobs", job::single(&job))?;
        let arguments = image.arguments("jobs");
        let boot = Boot {
            board,
            elf: &elf,
            arguments: &arguments.iter().map(String::as_str).collect::<Vec<_>>(),
            staging: &staging,
            time_limit: emulation.time_limit,
        };
        let mut costs = Costs::default();
        let mut observed = Observed::by(&invocation.debugging);
        let end = boot.run(|line| {
            let is_taken = costs.take(line) || observed.take(line);
            if is_taken { Reaction::Swallow } else { react(line) }
        })?;
        let told_all = observed.tell(invocation);
        let errors = match &end {
            End::Exited { errors, .. } => errors.clone(),
            End::TimeLimit | End::Interrupted => Vec::new(),
        };
        let advice = help(&errors, &binary, invocation, told, board, &workspace.boards)?;
        let code = end.exit_code(&boot)?;
        told_all?;
        let detail = is_detailed.then(|| Detail::read(&elf, staging.path())).transpose()?;
        Ok(Ran { costs, known, detail, errors, advice, code })
    }
}
