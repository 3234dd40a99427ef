//! Inputs and their right results.

use std::fmt;

/// A number, by its bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::I32(value) => write!(f, "{value}"),
            Self::I64(value) => write!(f, "{value}_i64"),
            Self::F32(bits) => write!(f, "{:?}_f32", f32::from_bits(bits)),
            Self::F64(bits) => write!(f, "{:?}_f64", f64::from_bits(bits)),
        }
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::I32(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::I64(value)
    }
}

impl From<f32> for Value {
    fn from(value: f32) -> Self {
        Self::F32(value.to_bits())
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::F64(value.to_bits())
    }
}

/// What the interpreter alone makes of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Alone {
    /// It is right: the input is a neighbour of one that has the fault.
    Right,
    /// These results.
    Gives(Vec<Value>),
    /// A trap that the code does not have.
    Traps,
    /// A panic of the translator.
    Panics,
    /// The frame of the caller is lost: the process dies, or goes on with what it finds.
    LosesFrame,
}

/// A call of an exported function.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// The module. It may import `env.none`, a function of the host without parameters and results, and
    /// `env.memory`, a memory of one page to three.
    pub(crate) text: String,
    /// Another module, whose exports it imports from `other`.
    pub(crate) other: Option<String>,
    pub(crate) export: String,
    pub(crate) arguments: Vec<Value>,
    pub(crate) right: Vec<Value>,
    pub(crate) alone: Alone,
}

impl Case {
    /// A call of `f` that the interpreter alone gets right.
    pub(crate) fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            other: None,
            export: "f".to_owned(),
            arguments: Vec::new(),
            right: Vec::new(),
            alone: Alone::Right,
        }
    }

    /// A module whose function `f` is this.
    pub(crate) fn func(name: impl Into<String>, func: impl fmt::Display) -> Self {
        Self::new(name, format!("(module (func (export \"f\") {func}))"))
    }

    pub(crate) fn other(self, text: &str) -> Self {
        Self { other: Some(text.to_owned()), ..self }
    }

    pub(crate) fn export(self, name: &str) -> Self {
        Self { export: name.to_owned(), ..self }
    }

    pub(crate) fn argument(mut self, value: impl Into<Value>) -> Self {
        self.arguments.push(value.into());
        self
    }

    pub(crate) fn right(mut self, value: impl Into<Value>) -> Self {
        self.right.push(value.into());
        self
    }

    pub(crate) fn alone(self, alone: Alone) -> Self {
        Self { alone, ..self }
    }

    pub(crate) fn gives(self, value: impl Into<Value>) -> Self {
        self.alone(Alone::Gives(vec![value.into()]))
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        wat::parse_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

/// What cells of the stack are that nothing has written since [`soil`].
pub(crate) const UNWRITTEN: i32 = 0x5555_5555;

/// A module whose function `soil` leaves a pattern in the cells of the stack that calls after it use.
/// What is read without having been written is it then, and not by chance what is right.
pub(crate) fn soil() -> String {
    let (locals, pattern) = (0..150, i64::from(UNWRITTEN) * 0x1_0000_0001);
    let declared = "i64 ".repeat(locals.len());
    let set = |local| format!("(local.set {local} (i64.const {pattern}))");
    let body: String = locals.map(set).collect();
    format!("(module (func (export \"soil\") (local {declared}) {body}))")
}
