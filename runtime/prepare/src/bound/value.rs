//! The types of operands, as far as the size of code depends on them.

/// The type of an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    I32,
    I64,
    Reference,
    F32,
    F64,
    /// Any of these.
    Unknown,
}

impl Value {
    /// The type that a byte of a module stands for.
    #[inline(always)]
    pub(super) const fn of(byte: u8) -> Self {
        match 0x7f_u8.wrapping_sub(byte) {
            0 => Self::I32,
            1 => Self::I64,
            2 => Self::F32,
            3 => Self::F64,
            _ => Self::other(byte),
        }
    }

    #[inline(never)]
    const fn other(byte: u8) -> Self {
        match byte {
            0x70 | 0x6f => Self::Reference,
            _ => Self::Unknown,
        }
    }

    /// Bytes of a constant in an instruction of the interpreter.
    pub(super) const fn constant(self) -> u32 {
        match self {
            Self::I32 | Self::F32 | Self::Reference => 4,
            Self::I64 | Self::F64 | Self::Unknown => 8,
        }
    }

    /// Which of the interpreter's registers it goes to, if that is known.
    #[inline(always)]
    pub(super) const fn register(self) -> Option<usize> {
        match self {
            Self::I32 | Self::I64 | Self::Reference => Some(0),
            Self::F32 => Some(1),
            Self::F64 => Some(2),
            Self::Unknown => None,
        }
    }
}

/// How many values of a branch, the last ones, are carried in registers: those of different ones.
pub(super) fn in_registers(types: &[u8]) -> usize {
    let mut last = types.iter().rev().map(|byte| Value::of(*byte).register());
    match (last.next(), last.next(), last.next()) {
        (None, ..) => 0,
        (Some(_), None, _) => 1,
        (Some(first), Some(second), _) if first == second => 1,
        (Some(_), Some(_), None) => 2,
        (Some(first), Some(second), Some(third)) => {
            if third == first || third == second {
                2
            } else {
                3
            }
        }
    }
}
