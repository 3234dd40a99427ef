//! Fuzz targets: plain functions over bytes that panic where the runtime is wrong, and inputs for them.
//!
//! `cargo rig fuzz` runs them on inputs that a seed and a number say; `host-tests/fuzz` gives them to
//! libFuzzer.

mod api;
mod bodies;
mod bound;
mod chip;
mod compartment;
mod differential;
mod exhaustive;
mod inputs;
mod load;
mod mutate;
mod prepare;
mod program;
mod settings;
mod slices;
mod validate;
mod wasi;

pub use chip::chip;
pub use exhaustive::every_instruction;
pub use inputs::Inputs;

use fastrand::Rng;

/// One target.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// What it checks.
    pub about: &'static str,
    /// Tries an input: whether it got as far as what the target is about.
    ///
    /// # Panics
    ///
    /// If the runtime is wrong.
    pub run: fn(&[u8]) -> bool,
    /// Makes what all inputs need, which takes long the first time.
    pub set_up: fn(),
    input: fn(&Inputs, &mut Rng) -> Vec<u8>,
}

fn nothing() {}

/// All of them.
pub const TARGETS: [Target; 9] = [
    Target {
        name: "load",
        about: "any bytes load if and only if they are a valid module, and a good module runs after each",
        run: load::run,
        set_up: nothing,
        input: Inputs::module,
    },
    Target {
        name: "compartment",
        about: "any bytes do in a compartment what they do outside, or use it up, and nothing is left of them",
        run: compartment::run,
        set_up: nothing,
        input: Inputs::module,
    },
    Target {
        name: "prepare",
        about: "the module pass keeps valid modules valid and invalid ones invalid, and is done once",
        run: prepare::run,
        set_up: nothing,
        input: Inputs::module,
    },
    Target {
        name: "validate",
        about: "what is valid is what another validator takes for valid",
        run: validate::run,
        set_up: nothing,
        input: Inputs::nearly_valid,
    },
    Target {
        name: "differential",
        about: "results, traps, memories, globals and tables are those of wasmtime",
        run: differential::run,
        set_up: nothing,
        input: Inputs::program,
    },
    Target {
        name: "api",
        about: "any calls of the embedding API do what they do in wasmtime",
        run: api::run,
        set_up: nothing,
        input: Inputs::bytes,
    },
    Target {
        name: "wasi",
        about: "any calls of the system interface write nowhere else and end with an error number",
        run: wasi::run,
        set_up: nothing,
        input: Inputs::bytes,
    },
    Target {
        name: "slices",
        about: "a program does in slices of fuel what it does at once",
        run: slices::run,
        set_up: nothing,
        input: Inputs::program,
    },
    Target {
        name: "bound",
        about: "no module takes more heap than the bound by which it is let in",
        run: bound::run,
        set_up: bound::set_up,
        input: Inputs::module,
    },
];

impl Target {
    /// The target of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// The input of that number.
    pub fn input(&self, inputs: &Inputs, seed: u64, number: u64) -> Vec<u8> {
        let mut rng = Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number);
        (self.input)(inputs, &mut rng)
    }
}
