//! Random programs, run by the runtime and by `wasmtime`.
//!
//! A seed says the whole program: its modules, the calls that are made, and how the runtime is set up.

mod compare;
mod generate;
mod host;
mod ours;
mod program;
mod reduce;
mod setup;
mod side;
mod smith;
mod theirs;
mod value;

pub use compare::{Case, Difference, Reference, Tally};
pub use program::{Call, Program};
pub use reduce::reduce;
pub use setup::Setup;
pub use side::Outcome;
pub use value::Value;

use wasmparser::WasmFeatures;

/// What the runtime's engine offers.
fn features() -> WasmFeatures {
    let mut features = WasmFeatures::WASM2
        | WasmFeatures::TAIL_CALL
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::MULTI_MEMORY
        | WasmFeatures::CUSTOM_PAGE_SIZES;
    features.set(WasmFeatures::SIMD, cfg!(feature = "simd"));
    features.set(WasmFeatures::MEMORY64, cfg!(feature = "memory64"));
    features
}
