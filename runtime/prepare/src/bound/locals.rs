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
    /// Makes room for so many elements at once.
    fn reserve(&mut self, count: u32) {
        const LEAST: u32 = 8;
        if count > self.capacity {
            self.before = self.capacity;
            self.capacity = count.max(self.capacity.saturating_mul(2)).max(LEAST);
        }
    }

    /// Makes room for so many elements, one by one.
    fn push(&mut self, count: u32) {
        while self.capacity < count {
            self.reserve(self.capacity.saturating_add(1));
        }
    }
}

/// The parameters and the groups of local variables of one type.
pub(super) struct Locals<'m> {
    parameters: &'m [u8],
    /// Where a group ends, and its type.
    groups: [(u32, u8); GROUPS],
    /// How many groups are remembered.
    remembered: usize,
    /// How many variables there are, parameters included.
    pub(super) count: u32,
    /// How many groups there are, a parameter being one.
    pub(super) declared: u32,
}

impl<'m> Locals<'m> {
    /// Reads the local variables of a function body, and returns what is behind them.
    pub(super) fn read<'b>(
        parameters: &'m [u8],
        body: &'b [u8],
        vector: &mut PerLocal,
    ) -> Option<(Self, &'b [u8])> {
        /// With more, the function is refused.
        const MOST: u32 = 1 << 16;
        let count = u32::try_from(parameters.len()).ok()?;
        vector.push(count);
        let mut locals =
            Self { parameters, groups: [(0, 0); GROUPS], remembered: 0, count, declared: count };
        let (groups, mut bytes) = unsigned(body)?;
        for _ in 0..groups {
            let (count, rest) = unsigned(bytes)?;
            let (ty, rest) = rest.split_first()?;
            bytes = rest;
            locals.count = locals.count.saturating_add(count);
            if locals.count > MOST {
                return None;
            }
            vector.reserve(locals.count);
            locals.declared = locals.declared.saturating_add(1);
            if let Some(group) = locals.groups.get_mut(locals.remembered) {
                *group = (locals.count, *ty);
                locals.remembered += 1;
            }
        }
        Some((locals, bytes))
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
