//! The types of the main module: the original ones, then those that are needed besides.

use std::collections::HashMap;
use wasm_encoder::FuncType;

/// A list of types, in which each can be found.
pub(crate) struct Types {
    list: Vec<FuncType>,
    indices: HashMap<FuncType, u32>,
}

impl Types {
    /// The types of a module.
    pub(crate) fn new(original: &[FuncType]) -> Self {
        let mut indices = HashMap::new();
        for (index, ty) in (0..).zip(original) {
            indices.entry(ty.clone()).or_insert(index);
        }
        Self { list: original.to_vec(), indices }
    }

    /// The first index of a type, which is added if there is none like it.
    pub(crate) fn index(&mut self, ty: &FuncType) -> u32 {
        let next = self.list.len() as u32;
        *self.indices.entry(ty.clone()).or_insert_with(|| {
            self.list.push(ty.clone());
            next
        })
    }

    /// The first index of the type that has this index.
    pub(crate) fn first(&self, index: u32) -> u32 {
        self.indices[&self.list[index as usize]]
    }

    /// All types in the order of their indices.
    pub(crate) fn list(&self) -> &[FuncType] {
        &self.list
    }
}
