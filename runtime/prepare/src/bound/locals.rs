//! The types of a function's local variables.

use super::super::suspect::unsigned;
use super::value::Value;

/// How many groups of local variables are remembered.
const GROUPS: usize = 32;

/// A vector that gets room for several elements at once, which is used for one function after the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reserved<const SIZE: usize> {
    pub(super) capacity: u32,
    /// The capacity before it grew last.
    pub(super) before: u32,
}

impl<const SIZE: usize> Reserved<SIZE> {
    /// Elements that there is room for at least, if for any.
    const LEAST: u32 = if SIZE == 1 { 8 } else { 4 };

    /// Has room for so many elements, with any capacities on the way.
    pub(super) fn any(count: u32) -> Self {
        let before = if count > Self::LEAST { count - 1 } else { 0 };
        let capacity = before.saturating_mul(2).max(if count == 0 { 0 } else { Self::LEAST });
        Self { capacity, before }
    }

    /// Makes room for so many elements at once.
    fn reserve(&mut self, count: u32) {
        if count > self.capacity {
            self.before = self.capacity;
            self.capacity = count.max(self.capacity.saturating_mul(2)).max(Self::LEAST);
        }
    }

    /// Makes room for so many elements, one by one.
    fn push(&mut self, count: u32) {
        while self.capacity < count {
            self.reserve(self.capacity.saturating_add(1));
        }
    }

    fn or(self, other: Self) -> Self {
        let (capacity, before) = (self.capacity.max(other.capacity), self.before.max(other.before));
        Self { capacity, before }
    }
}

/// The vectors with an element for each local variable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PerLocal {
    /// The translator's, of the first operand that is that variable.
    pub(super) operands: Reserved<4>,
    /// The translator's, of the types of the first ones.
    pub(super) types: Reserved<1>,
}

impl PerLocal {
    /// Local variables of which the translator has the types in that vector.
    const TYPES: u32 = 100;

    /// There is room for so many local variables, declared in any groups.
    pub(super) fn any(count: u32) -> Self {
        Self { operands: Reserved::any(count), types: Reserved::any(count.min(Self::TYPES)) }
    }

    /// The most of each.
    pub(super) fn or(self, other: Self) -> Self {
        Self { operands: self.operands.or(other.operands), types: self.types.or(other.types) }
    }

    /// The first ones are so many parameters.
    fn parameters(&mut self, count: u32) {
        self.operands.push(count);
        self.types.push(count.min(Self::TYPES));
    }

    /// There are so many, with those of the group that is read.
    fn group(&mut self, count: u32) {
        self.operands.reserve(count);
        self.types.reserve(count.min(Self::TYPES));
    }
}

/// How many local variables are remembered each.
const FIRST: usize = 40;

/// What is remembered of the local variables of a function.
pub(super) struct Groups {
    /// The types of the first ones.
    first: [Value; FIRST],
    /// Where groups of local variables of one type end, and their type.
    ends: [(u32, Value); GROUPS],
}

impl Groups {
    pub(super) const NONE: Self =
        Self { first: [Value::Unknown; FIRST], ends: [(0, Value::Unknown); GROUPS] };
}

/// The parameters and the groups of local variables of one type.
pub(super) struct Locals<'w, 'm> {
    parameters: &'m [u8],
    groups: &'w mut Groups,
    /// How many groups are remembered, and how many local variables each.
    remembered: usize,
    known: usize,
    /// How many variables there are, parameters included.
    pub(super) count: u32,
    /// How many groups there are, a parameter being one.
    pub(super) declared: u32,
}

impl<'w, 'm> Locals<'w, 'm> {
    pub(super) fn new(parameters: &'m [u8], groups: &'w mut Groups) -> Self {
        let count = u32::try_from(parameters.len()).unwrap_or(u32::MAX);
        let known = parameters.len().min(FIRST);
        for (ty, byte) in groups.first.iter_mut().zip(parameters) {
            *ty = Value::of(*byte);
        }
        Self { parameters, groups, remembered: 0, known, count, declared: count }
    }

    /// Reads the local variables of a function body, and returns what is behind them.
    pub(super) fn read<'b>(&mut self, body: &'b [u8], vectors: &mut PerLocal) -> Option<&'b [u8]> {
        /// With more, the function is refused.
        const MOST: u32 = 1 << 16;
        vectors.parameters(self.count.min(MOST));
        let (groups, mut bytes) = unsigned(body)?;
        for _ in 0..groups {
            let (count, rest) = unsigned(bytes)?;
            let (ty, rest) = rest.split_first()?;
            bytes = rest;
            self.count = self.count.saturating_add(count);
            if self.count > MOST {
                return None;
            }
            vectors.group(self.count);
            self.declared = self.declared.saturating_add(u32::from(count > 0));
            if let Some(group) = self.groups.ends.get_mut(self.remembered) {
                let ty = Value::of(*ty);
                *group = (self.count, ty);
                self.remembered += 1;
                let known = FIRST.min(self.count as usize);
                self.groups.first.get_mut(self.known..known).unwrap_or_default().fill(ty);
                self.known = known;
            }
        }
        Some(bytes)
    }

    /// The type of a local variable, if it is among those that are remembered each: they have small indices.
    #[inline(always)]
    pub(super) fn first(&self, index: u32) -> Option<Value> {
        self.groups.first.get(index as usize).filter(|_| (index as usize) < self.known).copied()
    }

    /// The type of any.
    #[inline(never)]
    pub(super) fn ty(&self, index: u32) -> Value {
        if let Some(byte) = self.parameters.get(index as usize) {
            return Value::of(*byte);
        }
        let ends = self.groups.ends.get(..self.remembered).unwrap_or_default();
        let group = ends.iter().find(|(end, _)| index < *end);
        group.map_or(Value::Unknown, |(_, ty)| *ty)
    }
}
