//! What a call comes to, and the runtime that it is made on.

use super::ty::{Ty, Value};
use std::fmt;

/// What a call comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It returns.
    Values(Vec<Value>),
    /// It traps, with this text.
    Trap(String),
    /// The module does not load, or the call is refused, for this reason.
    Refused(String),
    /// The runtime panics, with this text.
    Panic(String),
    /// What the call leaves in memories and globals, from one runtime only.
    State(String),
}

impl Outcome {
    /// Whether two runtimes may come to these.
    pub fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Values(ours), Self::Values(theirs)) => {
                ours.len() == theirs.len()
                    && ours.iter().zip(theirs).all(|(one, other)| one.agrees(*other))
            }
            _ => self == other,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Values(values) => list(f, values),
            Self::Trap(text) => write!(f, "trap: {text}"),
            Self::Refused(text) => write!(f, "refused: {text}"),
            Self::Panic(text) => write!(f, "PANIC: {text}"),
            Self::State(text) => f.write_str(text),
        }
    }
}

/// Writes values in parentheses.
pub(super) fn list(f: &mut impl fmt::Write, values: &[Value]) -> fmt::Result {
    f.write_str("(")?;
    for (place, value) in values.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        write!(f, "{comma}{value}")?;
    }
    f.write_str(")")
}

/// Names of the memories that are compared.
pub(super) const MEMORIES: [&str; 2] = ["m0", "m1"];

/// Names and types of the globals that are compared.
pub(super) const GLOBALS: [(&str, Ty); 4] =
    [("gi", Ty::I32), ("gl", Ty::I64), ("gf", Ty::F32), ("gd", Ty::F64)];

/// An instance of a module of cases.
pub trait Run {
    /// Calls the function of that number.
    fn call(&mut self, number: usize, arguments: &[Value], results: &[Ty]) -> Outcome;

    /// The length of a memory, in bytes.
    fn length(&mut self, memory: usize) -> usize;

    /// Bytes of a memory.
    fn read(&mut self, memory: usize, offset: usize, bytes: &mut [u8]);

    /// Overwrites bytes of a memory.
    fn write(&mut self, memory: usize, offset: usize, bytes: &[u8]);

    /// The value of a global.
    fn global(&mut self, global: usize) -> Value;

    /// Which elements of the table are null.
    fn table(&mut self) -> Vec<bool>;
}
