//! What both runtimes can do.

use super::program::Call;
use super::value::Value;
use std::borrow::Cow;

/// What came of instantiating a module or of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It returned.
    Values(Vec<Value>),
    /// It trapped with this text.
    Trap(&'static str),
    /// A host function returned an error.
    HostError,
    /// It ran for too long, or too deep: nothing can be said of it.
    Exhausted(&'static str),
    /// Anything else.
    Other(String),
}

impl Outcome {
    /// Whether both are the same, but for the bits of NaNs.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Values(a), Self::Values(b)) => values_agree(a, b),
            _ => self == other,
        }
    }
}

/// Whether both lists are the same, but for the bits of NaNs.
pub(super) fn values_agree(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.agrees(*b))
}

/// A function that was active when a call failed: its index, and an offset in its module.
pub(crate) type Frame = (u32, usize);

/// One runtime with the instances of a program.
pub(crate) trait Side {
    /// Instantiates the next module.
    fn instantiate(&mut self, module: &[u8]) -> Outcome;

    /// Makes a call.
    fn call(&mut self, call: &Call) -> Outcome;

    /// The functions that were active when the last act failed, innermost first; none if it did not.
    fn frames(&self) -> Vec<Frame>;

    /// How many memories there are.
    fn memories(&self) -> usize;

    /// The bytes of a memory.
    fn bytes(&mut self, memory: usize) -> Cow<'_, [u8]>;

    /// The values of all globals, and then whether each element of each table is null.
    fn cells(&mut self) -> Vec<Value>;

    /// The arguments of all calls of host functions since this was asked last.
    fn heard(&mut self) -> Vec<Value>;

    /// Sets the global `tick` of every instance, which bounds how long a guest runs.
    fn wind(&mut self, ticks: i32);
}
