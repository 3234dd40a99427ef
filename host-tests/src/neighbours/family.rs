//! Families of cases, and how many of each are compared.

use super::case::Case;

/// Cases in groups. All are known by number, so that they can be shared out.
pub trait Family: Send + Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// How many groups there are.
    fn groups(&self) -> usize;

    /// How many shapes the functions of a group have.
    fn shapes(&self, group: usize) -> usize;

    /// A function, if the shape makes sense.
    fn case(&self, group: usize, shape: usize) -> Option<Case>;

    /// How many cases a module has.
    fn module_size(&self) -> usize {
        256
    }

    /// Whether functions have tail calls, which no engine with threads loads.
    fn has_tail_calls(&self) -> bool {
        false
    }
}

/// A part of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The first group.
    pub from: usize,
    /// The group after the last.
    pub to: usize,
    /// Of how many shapes one is taken: a different one in each group.
    pub every: usize,
}

impl Part {
    /// About how many cases the group has.
    fn size(self, family: &dyn Family, group: usize) -> usize {
        family.shapes(group).div_ceil(self.every | 1)
    }

    /// The same in parts of about this many cases.
    pub fn split(self, family: &dyn Family, cases: usize) -> Vec<Self> {
        let (mut parts, mut from, mut size) = (Vec::new(), self.from, 0);
        for group in self.from..self.to {
            size += self.size(family, group);
            if size >= cases || group + 1 == self.to {
                parts.push(Self { from, to: group + 1, ..self });
                (from, size) = (group + 1, 0);
            }
        }
        parts
    }

    /// The cases of this part.
    pub fn cases(self, family: &dyn Family) -> impl Iterator<Item = Case> + '_ {
        (self.from..self.to).flat_map(move |group| {
            let shapes = family.shapes(group);
            // Odd, so that no digit of a shape stays the same.
            let step = self.every | 1;
            let first = scattered(group) % step.min(shapes.max(1));
            (first..shapes).step_by(step).filter_map(move |shape| family.case(group, shape))
        })
    }
}

/// A number that has little to do with the one it is made from.
fn scattered(number: usize) -> usize {
    let mixed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 33) as usize
}
