//! The bound of what a module takes, compared with what it takes.

pub(crate) mod corpus;
mod engines;
mod judge;
mod probe;
pub(crate) mod shapes;
pub(crate) mod smith;
mod summary;

pub use engines::{EngineReport, engines};
pub(crate) use judge::Judge;
pub use summary::{Ratios, Summary};

use fastrand::Rng;
use probe::{Probe, Program};

/// How engines are configured: eagerly, eagerly with fuel, validated eagerly, and lazily; then eagerly and
/// lazily with a heap of [two ends](TWO_ENDED).
const KINDS: [u32; 5] = [0, 1, 2, TWO_ENDED, TWO_ENDED + 2];

/// That the heap is one with two ends, as of a board whose pages share a region with it.
const TWO_ENDED: u32 = 16;

/// Compares the bound with what is taken, for all real modules if `corpus`, and for so many generated
/// ones.
///
/// # Panics
///
/// If the program that measures can't be built.
pub fn compare(seed: u64, generated: usize, corpus: bool) -> Summary {
    let mut comparison = Comparison::new();
    if corpus {
        for (name, module) in corpus::modules() {
            comparison.one(&name, &module);
        }
    }
    let mut rng = Rng::with_seed(seed);
    for _ in 0..generated {
        let (name, mut module) = match rng.u8(..3) {
            0 => shapes::module(&mut rng),
            _ => match smith::module(&mut rng) {
                Some(module) => ("smith", module),
                None => continue,
            },
        };
        comparison.one(name, &module);
        if rng.u8(..4) == 0 {
            damage(&mut rng, &mut module);
            comparison.one("damaged", &module);
        }
    }
    comparison.summary
}

/// Compares the bound with what is taken, for so many modules whose start functions call the others.
///
/// # Panics
///
/// If the program that measures can't be built.
pub fn starting(seed: u64, generated: usize) -> Summary {
    let mut comparison = Comparison::new();
    let mut rng = Rng::with_seed(seed);
    for _ in 0..generated {
        comparison.one("starting", &shapes::starting::module(&mut rng));
    }
    comparison.summary
}

/// Compares the bound with what this module takes.
///
/// # Panics
///
/// If the program that measures can't be built.
pub fn compare_one(module: &[u8]) -> Summary {
    let mut comparison = Comparison::new();
    comparison.one("given", module);
    comparison.summary
}

/// Makes a module invalid, mostly.
pub(crate) fn damage(rng: &mut Rng, module: &mut [u8]) {
    const PREAMBLE: usize = 8;
    for _ in 0..rng.u8(1..4) {
        if module.len() > PREAMBLE {
            let at = rng.usize(PREAMBLE..module.len());
            module[at] = rng.u8(..);
        }
    }
}

struct Comparison {
    program: Program,
    probe: Probe,
    summary: Summary,
}

impl Comparison {
    fn new() -> Self {
        let program = Program::build();
        Self { probe: program.run(), program, summary: Summary::default() }
    }

    fn one(&mut self, name: &str, module: &[u8]) {
        self.summary.modules += 1;
        for kind in KINDS {
            match self.probe.measure(module, kind) {
                Ok(report) => self.summary.add(name, module, kind, &report),
                Err(error) => {
                    self.summary.trapped(name, module, &format!("{error:?}"));
                    self.probe = self.program.run();
                }
            }
        }
    }
}

/// What these modules take on an engine of that [kind](KINDS), and their bounds, one a line.
///
/// # Panics
///
/// If the program that measures can't be built or run.
pub fn reports(kind: u32, modules: &[Vec<u8>]) -> Vec<String> {
    let program = Program::build();
    let mut probe = program.run();
    let mut line =
        |module: &Vec<u8>| format!("{:?}", probe.measure(module, kind).expect("it does not trap"));
    modules.iter().map(&mut line).collect()
}
