//! The types of a function's local variables.

use super::super::suspect::unsigned;
use super::value::Value;

/// How many groups of local variables are remembered.
const GROUPS: usize = 32;

/// A vector with an element for each local variable, which is used for one function after the other.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PerLocal {
    pub(super) capacity: u32,
    /// The capacity before it grew last.
    pub(super) before: u32,
}

impl PerLocal {
    /// Elements that there is room for at least, if for any.
    pub(super) const LEAST: u32 = 8;

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
}

/// Where groups of local variables of one type end, and their type.
pub(super) type Groups = [(u32, u8); GROUPS];

/// The parameters and the groups of local variables of one type.
pub(super) struct Locals<'w, 'm> {
    parameters: &'m [u8],
    groups: &'w mut Groups,
    /// How many groups are remembered.
    remembered: usize,
    /// How many variables there are, parameters included.
    pub(super) count: u32,
    /// How many groups there are, a parameter being one.
    pub(super) declared: u32,
}

impl<'w, 'm> Locals<'w, 'm> {
    pub(super) fn new(parameters: &'m [u8], groups: &'w mut Groups) -> Self {
        let count = u32::try_from(parameters.len()).unwrap_or(u32::MAX);
        Self { parameters, groups, remembered: 0, count, declared: count }
    }

    /// Reads the local variables of a function body, and returns what is behind them.
    pub(super) fn read<'b>(&mut self, body: &'b [u8], vector: &mut PerLocal) -> Option<&'b [u8]> {
        /// With more, the function is refused.
        const MOST: u32 = 1 << 16;
        vector.push(self.count.min(MOST));
        let (groups, mut bytes) = unsigned(body)?;
        for _ in 0..groups {
            let (count, rest) = unsigned(bytes)?;
            let (ty, rest) = rest.split_first()?;
            bytes = rest;
            self.count = self.count.saturating_add(count);
            if self.count > MOST {
                return None;
            }
            vector.reserve(self.count);
            self.declared = self.declared.saturating_add(1);
            if let Some(group) = self.groups.get_mut(self.remembered) {
                *group = (self.count, *ty);
                self.remembered += 1;
            }
        }
        Some(bytes)
    }

    pub(super) fn ty(&self, index: u32) -> Value {
        if let Some(byte) = usize::try_from(index).ok().and_then(|nth| self.parameters.get(nth)) {
            return Value::of(*byte);
        }
        let groups = self.groups.get(..self.remembered).unwrap_or_default();
        let group = groups.iter().find(|(end, _)| index < *end);
        group.map_or(Value::Unknown, |(_, ty)| Value::of(*ty))
    }
}
