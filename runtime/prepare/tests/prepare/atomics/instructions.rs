//! Every atomic access there is.

/// What an instruction does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Load,
    Store,
    Add,
    Sub,
    And,
    Or,
    Xor,
    Exchange,
    CompareExchange,
}

/// An atomic access.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instruction {
    pub(crate) kind: Kind,
    /// Whether its values are `i64`.
    pub(crate) long: bool,
    /// Its width in bits.
    pub(crate) bits: u32,
}

impl Instruction {
    /// Every atomic access, 63 of them.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        use Kind::{Add, And, CompareExchange, Exchange, Load, Or, Store, Sub, Xor};
        let kinds = [Load, Store, Add, Sub, And, Or, Xor, Exchange, CompareExchange];
        let forms =
            [(false, 32), (true, 64), (false, 8), (false, 16), (true, 8), (true, 16), (true, 32)];
        kinds.into_iter().flat_map(move |kind| {
            forms.into_iter().map(move |(long, bits)| Self { kind, long, bits })
        })
    }

    /// Its name in the text format.
    pub(crate) fn name(self) -> String {
        let ty = self.ty();
        let whole = self.bits == if self.long { 64 } else { 32 };
        let bits = if whole { String::new() } else { self.bits.to_string() };
        let unsigned = if whole { "" } else { "_u" };
        let operation = match self.kind {
            Kind::Load => return format!("{ty}.atomic.load{bits}{unsigned}"),
            Kind::Store => return format!("{ty}.atomic.store{bits}"),
            Kind::Add => "add",
            Kind::Sub => "sub",
            Kind::And => "and",
            Kind::Or => "or",
            Kind::Xor => "xor",
            Kind::Exchange => "xchg",
            Kind::CompareExchange => "cmpxchg",
        };
        format!("{ty}.atomic.rmw{bits}.{operation}{unsigned}")
    }

    /// The type of its values.
    pub(crate) fn ty(self) -> &'static str {
        if self.long { "i64" } else { "i32" }
    }

    /// How many operands it takes behind the address.
    pub(crate) fn operands(self) -> usize {
        match self.kind {
            Kind::Load => 0,
            Kind::CompareExchange => 2,
            _ => 1,
        }
    }

    /// A function of that name and export, of its address (`i32`, or `i64` if `wide`) and operands.
    pub(crate) fn function(self, export: &str, wide: bool, memory: u32, offset: u64) -> String {
        let (name, ty) = (self.name(), self.ty());
        let address = if wide { "i64" } else { "i32" };
        let params = format!(" {ty}").repeat(self.operands());
        let result = if self.kind == Kind::Store { "" } else { ty };
        let operands: String =
            (1..=self.operands()).map(|nth| format!("(local.get {nth})")).collect();
        format!(
            "(func (export \"{export}\") (param {address}{params}) (result {result})
                ({name} {memory} offset={offset} (local.get 0) {operands}))\n"
        )
    }
}
