//! The order of a module's imports. The interpreter sorts them by kind.

use alloc::vec::Vec;
use wasmparser::{Parser, Payload, TypeRef};

/// For each import of the code, in the order of its bytes, where the interpreter has it.
#[derive(Debug)]
pub(crate) struct ImportOrder(Vec<usize>);

/// How the interpreter sorts: functions, tables, memories, globals.
const KINDS: usize = 4;

fn kind(ty: TypeRef) -> usize {
    match ty {
        TypeRef::Func(_) | TypeRef::Tag(_) => 0,
        TypeRef::Table(_) => 1,
        TypeRef::Memory(_) => 2,
        TypeRef::Global(_) => 3,
    }
}

impl ImportOrder {
    /// The order of the imports of `code`, which the interpreter has validated.
    pub(crate) fn of(code: &[u8]) -> Self {
        let kinds: Vec<usize> = Parser::new(0)
            .parse_all(code)
            .map_while(Result::ok)
            .find_map(|payload| match payload {
                Payload::ImportSection(reader) => Some(reader),
                _ => None,
            })
            .into_iter()
            .flatten()
            .map_while(Result::ok)
            .map(|import| kind(import.ty))
            .collect();
        let mut next: [usize; KINDS] =
            core::array::from_fn(|kind| kinds.iter().filter(|&&other| other < kind).count());
        let place = |kind: usize| {
            let next = next.get_mut(kind)?;
            *next += 1;
            Some(*next - 1)
        };
        Self(kinds.into_iter().filter_map(place).collect())
    }

    /// Where the interpreter has each of the first `count` imports.
    pub(crate) fn first(&self, count: usize) -> &[usize] {
        self.0.get(..count).unwrap_or(&self.0)
    }

    /// Sorts what is given for the imports, in their order, as the interpreter has them. `None`
    /// if there are not as many as imports.
    pub(crate) fn sort<T: Copy>(&self, given: &[T]) -> Option<Vec<T>> {
        if given.len() != self.0.len() {
            return None;
        }
        let mut sorted = given.to_vec();
        for (value, &position) in given.iter().zip(&self.0) {
            *sorted.get_mut(position)? = *value;
        }
        Some(sorted)
    }
}
