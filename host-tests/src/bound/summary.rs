//! What comparing found.

use super::{TWO_ENDED, probe::Report};
use std::{collections::BTreeMap, fmt};

/// How many times what is taken the bounds are.
#[derive(Debug, Default, Clone)]
pub struct Ratios(Vec<f64>);

impl Ratios {
    /// The ratio that so large a part of all does not exceed.
    pub fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let nth = (sorted.len() as f64 * part) as usize;
        sorted.get(nth.min(sorted.len().saturating_sub(1))).copied().unwrap_or(1.0)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for Ratios {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, p90, most] = [0.5, 0.9, 1.0].map(|part| self.quantile(part));
        write!(f, "{:6}  median {median:.3}  p90 {p90:.3}  most {most:.2}", self.count())
    }
}

/// What comparing found.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many modules were compared.
    pub modules: usize,
    /// Bounds that are too low, and other failures.
    pub failures: Vec<String>,
    /// The modules of those.
    pub culprits: Vec<Vec<u8>>,
    /// Ratios by what they are of, and of which modules.
    pub ratios: BTreeMap<(&'static str, String), Ratios>,
    /// The most heap that finding a bound took, in bytes.
    pub own: u32,
}

impl Summary {
    pub(super) fn trapped(&mut self, name: &str, module: &[u8], error: &str) {
        self.failures.push(format!("{name}: {error}"));
        self.culprits.push(module.to_vec());
    }

    pub(super) fn add(&mut self, name: &str, module: &[u8], kind: u32, report: &Report) {
        let Report { stage, load, bound_load, imports, bound_imports, .. } = *report;
        if stage == 0 {
            return;
        }
        self.own = self.own.max(report.own);
        let group = name.split('/').next().unwrap_or(name);
        let mut compared = Vec::new();
        let mut compare = |names: [&'static str; 4], bound, taken| {
            compared.extend(names.into_iter().zip(with_extent(bound)).zip(taken));
        };
        compare(["load", "load kept", "load placed", "load extent"], bound_load, load);
        let names = ["coarse load", "coarse load kept", "coarse load placed", "coarse load extent"];
        compare(names, report.coarse_load, load);
        if stage > 2 {
            let names = ["imports", "imports kept", "imports placed", "imports extent"];
            compare(names, bound_imports, imports);
            let names = ["instance", "instance kept", "instance placed", "instance extent"];
            compare(names, report.bound_instance, report.instance);
        }
        // Of an invalid module nothing is kept.
        compared.retain(|((what, _), _)| stage > 1 || !what.ends_with("load kept"));
        for ((what, bound), taken) in compared {
            if bound < taken {
                let length = module.len();
                let failure =
                    format!("{name}, {length} bytes, kind {kind}: {what} {taken}, bound {bound}");
                self.failures.push(failure);
                self.culprits.push(module.to_vec());
            }
            // Of an invalid module, and in a heap of another kind, it only matters that the bound is not too
            // low.
            if stage > 1 && taken > 0 && kind < TWO_ENDED {
                let ratio = f64::from(bound) / f64::from(taken);
                for group in ["all", group] {
                    self.ratios.entry((what, group.to_owned())).or_default().0.push(ratio);
                }
            }
        }
    }
}

/// Bounds of the most that is asked for, what is kept, the most as an allocator counts it, and how far
/// an arena is used: an allocator may pass over a block that is larger than the largest one by less
/// than a sixteenth.
pub(super) fn with_extent([peak, kept, placed, largest]: [u32; 4]) -> [u32; 4] {
    [peak, kept, placed, placed.saturating_add(largest / 16)]
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((what, group), ratios) in &self.ratios {
            writeln!(f, "{what:18} {group:16} {ratios}")?;
        }
        let Self { modules, failures, own, .. } = self;
        writeln!(
            f,
            "{modules} modules, {} failures; finding a bound took {own} bytes",
            failures.len()
        )
    }
}
