//! Every neighbour of every instruction, on this runtime and on `wasmtime`: small functions by the
//! thousand, which must return the same, trap alike, and leave the same behind.
//!
//! Values are the same when their bits are. A NaN may have any payload, but must be quiet on both
//! sides or on neither.

mod alphabet;
mod calls;
mod case;
mod compare;
mod digits;
mod extent;
mod family;
mod moves;
mod numbers;
mod operator;
mod ours;
mod outcome;
mod pairs;
mod part;
mod pool;
mod programs;
mod script;
mod source;
mod state;
mod theirs;
mod token;
mod ty;
#[cfg(feature = "simd")]
mod vector;

pub use case::{Case, LIBRARY, module};
pub use compare::{CALLS, Difference, Tally, arguments, compare};
pub use extent::Extent;
pub use family::{Family, Part};
pub use numbers::Numbers;
pub use operator::Operator;
pub use ours::Way;
pub use outcome::{Outcome, Run};
pub use pairs::Pairs;
pub use part::{Work, run_part};
pub use pool::{Report, run_all};
pub use script::scripts;
pub use theirs::{TheirRun, Theirs};
pub use ty::{Ty, Value};

/// All families.
pub fn families() -> Vec<Box<dyn Family>> {
    let mut all: Vec<Box<dyn Family>> = vec![
        Box::new(Numbers::all()),
        Box::new(Pairs::all()),
        Box::new(moves::Moves),
        Box::new(calls::Calls),
    ];
    all.extend(alphabet::families());
    #[cfg(feature = "simd")]
    all.push(Box::new(Pairs::vectors()));
    #[cfg(feature = "memory64")]
    all.push(Box::new(Pairs::wide()));
    all
}
