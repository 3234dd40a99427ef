//! What code and constant expressions refer to.

use crate::error::SplitError;
use parser::{FunctionBody, Operator};
use std::collections::BTreeSet;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};

/// The indices in some code or in sections.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// The functions that are called, in the order of their first calls.
    pub(crate) calls: Vec<u32>,
    /// The functions that references are made of.
    pub(crate) functions: BTreeSet<u32>,
    pub(crate) globals: BTreeSet<u32>,
    pub(crate) memories: BTreeSet<u32>,
    pub(crate) tables: BTreeSet<u32>,
    pub(crate) types: BTreeSet<u32>,
    /// Whether segments are used.
    pub(crate) segments: bool,
}

impl References {
    /// Those of a function.
    pub(crate) fn of(body: &FunctionBody<'_>) -> Result<Self, SplitError> {
        let (mut references, mut called) = (Self::default(), BTreeSet::new());
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                    if called.insert(function_index) {
                        references.calls.push(function_index);
                    }
                }
                operator => drop(references.instruction(operator)?),
            }
        }
        Ok(references)
    }
}

impl Reencode for References {
    type Error = Infallible;

    fn data_index(&mut self, data: u32) -> Result<u32, Error> {
        self.segments = true;
        Ok(data)
    }

    fn element_index(&mut self, element: u32) -> Result<u32, Error> {
        self.segments = true;
        Ok(element)
    }

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        self.functions.insert(function);
        Ok(function)
    }

    fn global_index(&mut self, global: u32) -> Result<u32, Error> {
        self.globals.insert(global);
        Ok(global)
    }

    fn memory_index(&mut self, memory: u32) -> Result<u32, Error> {
        self.memories.insert(memory);
        Ok(memory)
    }

    fn table_index(&mut self, table: u32) -> Result<u32, Error> {
        self.tables.insert(table);
        Ok(table)
    }

    fn type_index(&mut self, ty: u32) -> Result<u32, Error> {
        self.types.insert(ty);
        Ok(ty)
    }
}
