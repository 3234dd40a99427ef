//! The bound of what a module takes, compared with what it takes.

mod corpus;
mod probe;
mod shapes;
mod smith;
mod summary;

pub use summary::{Ratios, Summary};

use fastrand::Rng;
use probe::{Probe, Program};

/// Compares the bound with what is taken, for all real modules if `corpus`, and for so many generated
/// ones.
///
/// # Panics
///
/// If the program that measures can't be built.
pub fn compare(seed: u64, generated: usize, corpus: bool) -> Summary {
    let program = Program::build();
    let mut probe = program.run();
    let mut summary = Summary::default();
    if corpus {
        for (name, module) in corpus::modules() {
            one(&program, &mut probe, &mut summary, &name, &module);
        }
    }
    let mut rng = Rng::with_seed(seed);
    for _ in 0..generated {
        match rng.u8(..3) {
            0 => {
                let (name, module) = shapes::module(&mut rng);
                one(&program, &mut probe, &mut summary, name, &module);
            }
            _ => {
                if let Some(module) = smith::module(&mut rng) {
                    one(&program, &mut probe, &mut summary, "smith", &module);
                }
            }
        }
    }
    summary
}

fn one(program: &Program, probe: &mut Probe, summary: &mut Summary, name: &str, module: &[u8]) {
    for fuel in [false, true] {
        match probe.measure(module, fuel) {
            Ok(report) => summary.add(name, module, fuel, &report),
            Err(error) => {
                summary.trapped(name, module, &error.to_string());
                *probe = program.run();
            }
        }
    }
}

/// What these modules take, and their bounds, one a line.
///
/// # Panics
///
/// If the program that measures can't be built or run.
pub fn reports(modules: &[Vec<u8>]) -> Vec<String> {
    let program = Program::build();
    let mut probe = program.run();
    let mut line =
        |module: &Vec<u8>| format!("{:?}", probe.measure(module, false).expect("it does not trap"));
    modules.iter().map(&mut line).collect()
}
