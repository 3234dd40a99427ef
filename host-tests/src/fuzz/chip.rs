//! Modules for a chip, in one boot, with a good one after each.

use super::Inputs;
use crate::hostile::{binaries, read};
use fastrand::Rng;
use std::{fmt::Write as _, fs, io, path::Path};
use wasmparser::{ExternalKind, Parser, Payload};

/// Fuel of each run.
const FUEL: u64 = 20_000;
/// Longest module: a larger one takes long to load, in the emulator.
const LONGEST: usize = 6000;
/// One of so many is a hostile module as it is.
const HOSTILE: u64 = 20;

/// Writes so many modules to a folder, and `fuzz.list`, by which `rig batch` runs them.
///
/// # Errors
///
/// If a file can't be written.
pub fn chip(inputs: &Inputs, folder: &Path, seed: u64, modules: u64) -> io::Result<()> {
    fs::write(folder.join("good.wasm"), read("good.wat"))?;
    let hostile = binaries();
    let mut list = String::new();
    for number in 0..modules {
        let mut rng = Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number);
        let module = if number % HOSTILE == 0 {
            hostile[rng.usize(..hostile.len())].1.clone()
        } else {
            loop {
                let module = inputs.module(&mut rng);
                if module.len() <= LONGEST {
                    break module;
                }
            }
        };
        let call = function(&module).map_or(String::new(), |name| format!(" --invoke '{name}'"));
        // Without a compartment a call that translates a function ends the firmware where the heap is too small.
        let lazy = if module.len() <= LONGEST { " --lazy" } else { "" };
        let settings = ["", "", "", lazy, "", "", " --slice 500"][rng.usize(..7)];
        fs::write(folder.join(format!("{number}.wasm")), module)?;
        let _ = writeln!(list, "{number}.wasm --fuel {FUEL}{settings}{call}");
        let _ = writeln!(list, "good.wasm --invoke answer");
    }
    fs::write(folder.join("fuzz.list"), list)
}

/// An exported function that needs no quotes.
fn function(module: &[u8]) -> Option<String> {
    for payload in Parser::new(0).parse_all(module) {
        let Ok(Payload::ExportSection(exports)) = payload else { continue };
        for export in exports.into_iter().flatten() {
            let plain = |name: &str| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
            };
            if export.kind == ExternalKind::Func && plain(export.name) {
                return Some(export.name.to_owned());
            }
        }
    }
    None
}
