//! Runs programs and says on its output what came of each.

use crate::options::Options;
use crate::report;
use std::process::ExitCode;
use vellum_host_tests::programs::{Case, Reference, reduce};

/// Prints a line at once, or ends because nothing reads it.
fn say(line: &str) {
    use std::io::Write;
    let mut output = std::io::stdout().lock();
    if writeln!(output, "{line}").and_then(|()| output.flush()).is_err() {
        std::process::exit(1);
    }
}

/// Runs from the seed on, until it is ended from outside.
pub(crate) fn run(options: &Options) -> ExitCode {
    let reference = Reference::default();
    for seed in options.seed.. {
        say(&format!("seed {seed}"));
        let Some(case) = Case::of(seed) else { continue };
        // A panic of the runtime is caught and told as a difference.
        std::panic::set_hook(Box::new(|_| ()));
        match reference.compare(&case.program, &case.setups) {
            Ok(tally) => say(&format!(
                "done {} {} {} {}",
                tally.modules, tally.calls, tally.traps, tally.exhausted
            )),
            Err(difference) => {
                say("reducing");
                let (small, now) = reduce(&reference, case.program.clone(), difference.clone());
                for line in report::difference(seed, &difference, &small, &now).lines() {
                    say(&format!("| {line}"));
                }
                say("difference");
            }
        }
        drop(std::panic::take_hook());
    }
    ExitCode::SUCCESS
}
