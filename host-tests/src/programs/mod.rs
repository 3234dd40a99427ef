//! Random programs, run by the runtime and by `wasmtime`.
//!
//! A seed says the whole program: its modules, the calls that are made, and how the runtime is set up.

mod compare;
mod generate;
pub(crate) mod host;
mod many;
pub(crate) mod ours;
mod parts;
mod program;
mod real;
mod reduce;
mod setup;
mod side;
mod smith;
pub(crate) mod theirs;
mod value;

pub(crate) use compare::State;
pub use compare::{Case, Difference, Reference, Tally};
pub use many::Compared;
pub(crate) use ours::Ours;
pub use parts::PartsTally;
pub use program::{Call, Program};
pub use real::{real_modules, real_programs, ten_programs};
pub use reduce::reduce;
pub use setup::Setup;
pub use side::Outcome;
pub(crate) use side::Side;
pub(crate) use smith::program_in;
pub use value::Value;

use wasmparser::WasmFeatures;

/// What the runtime's engine offers.
pub(crate) fn features() -> WasmFeatures {
    let mut features = WasmFeatures::WASM2
        | WasmFeatures::TAIL_CALL
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::MULTI_MEMORY
        | WasmFeatures::CUSTOM_PAGE_SIZES;
    features.set(WasmFeatures::SIMD, cfg!(feature = "simd"));
    features.set(WasmFeatures::MEMORY64, cfg!(feature = "memory64"));
    features
}
