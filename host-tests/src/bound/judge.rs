//! One module after another, by what `Module::new` and instantiating decide.

use super::KINDS;
use super::probe::{Probe, Program, Report};
use super::summary::with_extent;

/// Measures modules.
pub(crate) struct Judge {
    program: Program,
    probe: Probe,
}

impl Judge {
    /// Builds the program that measures.
    ///
    /// # Panics
    ///
    /// If it can't be built.
    pub(crate) fn new() -> Self {
        let program = Program::build();
        Self { probe: program.run(), program }
    }

    /// Whether the module was loaded. Fails when a bound of the heap that loading or instantiating takes
    /// at once is too low.
    pub(crate) fn check(&mut self, module: &[u8]) -> Result<bool, String> {
        let mut loaded = false;
        for kind in KINDS {
            let report = self.probe.measure(module, kind).map_err(|error| {
                self.probe = self.program.run();
                format!("kind {kind}: {error:?}")
            })?;
            loaded |= report.stage > 1;
            for (what, bound, taken) in peaks(&report) {
                if bound < taken {
                    return Err(format!("kind {kind}: {what} takes {taken}, bound {bound}"));
                }
            }
        }
        Ok(loaded)
    }
}

/// Of each stage that was reached: the most that was asked for, as an allocator counts it, and how far an
/// arena is used, with their bounds.
fn peaks(report: &Report) -> impl Iterator<Item = (&'static str, u32, u32)> {
    let stages = [
        (["load", "load placed", "load extent"], 1, report.bound_load, report.load),
        (
            ["coarse load", "coarse load placed", "coarse load extent"],
            1,
            report.coarse_load,
            report.load,
        ),
        (
            ["instance", "instance placed", "instance extent"],
            3,
            report.bound_instance,
            report.instance,
        ),
    ];
    let reached = report.stage;
    stages.into_iter().filter(move |(_, stage, ..)| reached >= *stage).flat_map(
        |(names, _, bound, [peak, _, placed, extent])| {
            let [bound_peak, _, bound_placed, bound_extent] = with_extent(bound);
            let bounds = [bound_peak, bound_placed, bound_extent];
            names
                .into_iter()
                .zip(bounds)
                .zip([peak, placed, extent])
                .map(|((name, bound), taken)| (name, bound, taken))
        },
    )
}
