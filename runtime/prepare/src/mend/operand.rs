//! What is known of an operand.

/// What is known of an operand: what it may be in the interpreter's translator.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operand {
    /// The local variable that it may still be, read where it is used.
    local: Local,
    /// How often local variables had been set when it was pushed.
    pushed: u32,
    flags: u8,
}

/// Which local variable an operand may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Local {
    None,
    One(u32),
    Any,
}

impl Local {
    /// Whether both may be the same.
    pub(super) fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::None, _) | (_, Self::None) => false,
            (Self::One(one), Self::One(other)) => one == other,
            _ => true,
        }
    }
}

/// It is surely a local variable, unless one was set since it was pushed.
const LOCAL: u8 = 1;
/// It may be a constant.
const CONSTANT: u8 = 1 << 1;
/// A constant that may be 0.
const ZERO: u8 = 1 << 2;
/// A constant that may be a multiple of 32, by which shifts shift nothing.
const WHOLE: u8 = 1 << 3;
/// It is surely no signalling NaN.
const QUIET: u8 = 1 << 4;

impl Operand {
    /// A result that is neither a local variable nor a constant.
    pub(super) const RESULT: Self = Self { local: Local::None, pushed: 0, flags: 0 };
    /// Any constant.
    pub(super) const CONSTANT: Self = Self::RESULT.with(CONSTANT | ZERO | WHOLE);
    /// Anything at all.
    pub(super) const ANY: Self =
        Self { local: Local::Any, pushed: 0, flags: CONSTANT | ZERO | WHOLE };

    /// The same, pushed where local variables have been set so often.
    pub(super) const fn pushed(self, pushed: u32) -> Self {
        Self { pushed, ..self }
    }

    const fn with(self, flags: u8) -> Self {
        Self { flags: self.flags | flags, ..self }
    }

    /// A local variable.
    pub(super) const fn local(index: u32) -> Self {
        Self { local: Local::One(index), pushed: 0, flags: LOCAL }
    }

    /// A constant integer.
    pub(super) const fn integer(value: u64) -> Self {
        let zero = if value == 0 { ZERO } else { 0 };
        let whole = if value.is_multiple_of(32) { WHOLE } else { 0 };
        Self::RESULT.with(CONSTANT | zero | whole)
    }

    /// It may also be the local variable that another one may be.
    pub(super) const fn or_local_of(self, other: Self) -> Self {
        Self { local: other.local, flags: self.flags & !LOCAL, ..self }
    }

    /// It may also be a constant, if all of these may.
    pub(super) fn or_constant_if_all(self, inputs: &[Self]) -> Self {
        if inputs.iter().all(|input| input.may_be_constant()) {
            self.with(CONSTANT | ZERO | WHOLE)
        } else {
            self
        }
    }

    pub(super) const fn quiet(self) -> Self {
        self.with(QUIET)
    }

    /// What is left of it when code of both arms of a branch meets behind it.
    pub(super) const fn merged(self) -> Self {
        Self { flags: self.flags & (CONSTANT | ZERO | WHOLE), ..self }
    }

    /// What is left of it when it is copied into a slot of the frame.
    pub(super) const fn in_slot(self) -> Self {
        Self { local: Local::None, ..self }
    }

    pub(super) const fn may_be(self) -> Local {
        self.local
    }

    pub(super) fn may_be_local(self) -> bool {
        self.local != Local::None
    }

    /// The local variable that it is, where so many have been set.
    pub(super) const fn is_local(self, sets: u32) -> Option<u32> {
        match self.local {
            Local::One(index) if self.flags & LOCAL != 0 && self.pushed == sets => Some(index),
            _ => None,
        }
    }

    pub(super) const fn may_be_constant(self) -> bool {
        self.flags & CONSTANT != 0
    }

    /// Whether it may be the constant 0.
    pub(super) const fn may_be_zero(self) -> bool {
        self.flags & ZERO != 0
    }

    /// Whether it may be a constant by which shifts shift nothing.
    pub(super) const fn may_shift_nothing(self) -> bool {
        self.flags & WHOLE != 0
    }

    pub(super) const fn is_quiet(self) -> bool {
        self.flags & QUIET != 0
    }
}
