//! Local variables that lowered instructions need.

use super::opcode;
use wasmparser::{RefType, ValType};

/// The types of local variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    I32,
    I64,
    F32,
    F64,
    V128,
    FuncRef,
    ExternRef,
}

impl Class {
    const ALL: [Self; 7] =
        [Self::I32, Self::I64, Self::F32, Self::F64, Self::V128, Self::FuncRef, Self::ExternRef];

    /// `i64` if `long`, otherwise `i32`.
    pub(super) const fn integer(long: bool) -> Self {
        if long { Self::I64 } else { Self::I32 }
    }

    /// The class of a type. References that are neither to functions nor to objects of the host have no
    /// type that the interpreter knows.
    pub(super) fn of(ty: ValType) -> Self {
        match ty {
            ValType::I32 => Self::I32,
            ValType::I64 => Self::I64,
            ValType::F32 => Self::F32,
            ValType::F64 => Self::F64,
            ValType::V128 => Self::V128,
            ValType::Ref(RefType::EXTERNREF) => Self::ExternRef,
            ValType::Ref(_) => Self::FuncRef,
        }
    }

    /// How the type is encoded.
    pub(super) const fn encoded(self) -> u8 {
        match self {
            Self::I32 => opcode::I32,
            Self::I64 => opcode::I64,
            Self::F32 => opcode::F32,
            Self::F64 => opcode::F64,
            Self::V128 => opcode::V128,
            Self::FuncRef => opcode::FUNCREF,
            Self::ExternRef => opcode::EXTERNREF,
        }
    }
}

/// Local variables that are free, by type.
///
/// They follow the function's own, in the order of the classes. Each lowered instruction starts
/// over, so that a function gets as many as the instruction that needs most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Scratch([u32; 7]);

impl Scratch {
    /// The first ones of each type, where a function has `own` local variables and is given as many
    /// more as `needed`.
    pub(super) fn behind(own: u32, needed: Self) -> Self {
        let mut next = own;
        Self(needed.0.map(|count| {
            let first = next;
            next = next.saturating_add(count);
            first
        }))
    }

    /// Takes a variable.
    pub(super) fn take(&mut self, class: Class) -> u32 {
        let next = &mut self.0[class as usize];
        let taken = *next;
        *next = next.saturating_add(1);
        taken
    }

    /// Enough for one and for the other.
    pub(super) fn max(self, other: Self) -> Self {
        let mut both = self;
        for (one, other) in both.0.iter_mut().zip(other.0) {
            *one = other.max(*one);
        }
        both
    }

    /// How many there are of each type, where there are any.
    pub(super) fn groups(self) -> impl Iterator<Item = (u32, Class)> + Clone {
        self.0.into_iter().zip(Class::ALL).filter(|(count, _)| *count > 0)
    }
}
