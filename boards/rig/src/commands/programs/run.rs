//! Runs the programs, and shows what they cost.

use super::{CHECKSUMS, FORMS, Form, build::build};
use crate::arguments::{Emulation, Image, Programs};
use crate::commands::run::{Ran, Single};
use crate::commands::signer::Signer;
use crate::costs::PEAK;
use crate::emulator::Reaction;
use crate::failure;
use crate::figures::thousands;
use crate::invocation::{Invocation, Settings};
use crate::table::Table;
use crate::workspace::Workspace;
use anyhow::{Result, bail};

pub(in crate::commands) fn execute(workspace: &Workspace, programs: &Programs) -> Result<u8> {
    if programs.rebuild {
        build(workspace)?;
    }
    let mut table = Table::new(&[
        "program, page",
        "module",
        "memory",
        "heap peak",
        "heap left",
        "native stack",
        "load",
        "call",
        "what is missing",
    ]);
    let (mut missing, mut wrong) = (Vec::new(), Vec::new());
    for (name, checksum) in CHECKSUMS {
        let mut fits = false;
        for form in &FORMS {
            let run = run(workspace, &programs.emulation, &programs.settings, form, name, None)?;
            let program = format!("{name}, {}", form.page);
            match run.verdict(checksum) {
                Verdict::Right => fits = true,
                Verdict::Wrong(result) => wrong.push(format!("{program}: {result}")),
                Verdict::DoesNotFit => {}
            }
            table.row(run.row(program));
        }
        if !fits {
            missing.push(name.to_owned());
        }
    }
    print!("{}", table.render());
    if !wrong.is_empty() {
        bail!("wrong checksum: {}", wrong.join(", "));
    }
    let fit = CHECKSUMS.len() - missing.len();
    if fit < programs.at_least.unwrap_or(CHECKSUMS.len()) {
        bail!("in neither form: {}", missing.join(", "));
    }
    println!("{fit} of {} fit, and each gives its checksum", CHECKSUMS.len());
    Ok(failure::SUCCESS)
}

/// A run of a program, with what it printed.
pub(super) struct Run {
    pub(super) ran: Ran,
    pub(super) printed: String,
}

pub(super) enum Verdict {
    Right,
    Wrong(String),
    DoesNotFit,
}

pub(super) fn run(
    workspace: &Workspace,
    emulation: &Emulation,
    settings: &Settings,
    form: &Form,
    name: &str,
    signer: Option<&Signer>,
) -> Result<Run> {
    let mut invocation = Invocation::calling(form.module(workspace, name), "run");
    invocation.settings = settings.clone();
    invocation.report = true;
    let image = Image { tests: false, watchdog: None };
    let (is_budget, is_detailed) = (false, false);
    let single =
        Single { invocation: &invocation, is_budget, is_detailed, image, signer, emulation };
    let mut printed = String::new();
    let ran = single.boot(workspace, |line| {
        printed.push_str(line);
        Reaction::Swallow
    })?;
    Ok(Run { ran, printed })
}

impl Run {
    pub(super) fn verdict(&self, checksum: u32) -> Verdict {
        if self.ran.code != failure::SUCCESS {
            return Verdict::DoesNotFit;
        }
        let right = format!("result: {}", checksum.cast_signed());
        if self.printed == right { Verdict::Right } else { Verdict::Wrong(self.printed.clone()) }
    }

    fn row(&self, program: String) -> Vec<String> {
        let Ran { costs, known, errors, .. } = &self.ran;
        let module = known.as_ref().and_then(|known| known.facts().next()).map(|(_, bytes)| bytes);
        let figure = |figure: Option<u64>| figure.map(thousands).unwrap_or_default();
        let mut row = vec![program, figure(module)];
        let error = errors.first().map(String::as_str);
        let measured =
            ["memory reserved", PEAK, "heap left", "native stack high-water", "load", "call"];
        row.extend(measured.map(|what| match error {
            None => figure(costs.figure(what)),
            Some(_) => String::new(),
        }));
        // Without where the firmware was.
        let what = error.and_then(|error| error.split(": calling ").next());
        row.push(what.unwrap_or_default().to_owned());
        row
    }
}
