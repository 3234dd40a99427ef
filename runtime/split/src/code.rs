//! Code and sections with the indices of the module that they are written to.

use crate::error::SplitError;
use crate::plan::{Place, Plan};
use crate::source::Source;
use parser::{ExternalKind, FunctionBody, Operator};
use std::collections::BTreeMap;
use std::convert::Infallible;
use wasm_encoder::Function;
use wasm_encoder::reencode::{Error, Reencode};

/// Where the items of one kind are in the module that is written.
pub(crate) enum Indices {
    /// Where they were.
    Unchanged,
    /// The index of each that is there.
    Listed(BTreeMap<u32, u32>),
}

impl Indices {
    fn get(&self, index: u32) -> u32 {
        match self {
            Self::Unchanged => index,
            Self::Listed(indices) => indices[&index],
        }
    }
}

/// Writes code and sections of a module to the main module or to a part.
pub(crate) struct Code<'a> {
    pub(crate) source: &'a Source<'a>,
    pub(crate) plan: &'a Plan,
    /// The part that is written, unless it is the main module.
    pub(crate) part: Option<u16>,
    pub(crate) functions: Indices,
    /// What references of imported functions are made of instead.
    pub(crate) wrappers: BTreeMap<u32, u32>,
    pub(crate) globals: Indices,
    pub(crate) memories: Indices,
    pub(crate) tables: Indices,
    pub(crate) types: Indices,
    /// The global that says which function is called.
    pub(crate) callee: u32,
    /// The table of the functions that are split off.
    pub(crate) table: u32,
}

impl Code<'_> {
    /// Writes a function.
    pub(crate) fn function(&mut self, body: &FunctionBody<'_>) -> Result<Function, SplitError> {
        let mut function = self.new_function_with_parsed_locals(body)?;
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Call { function_index } => self.call(&mut function, function_index),
                Operator::ReturnCall { function_index } => {
                    self.return_call(&mut function, function_index);
                }
                operator => drop(function.instruction(&self.instruction(operator)?)),
            }
        }
        Ok(function)
    }

    fn call(&self, code: &mut Function, function: u32) {
        match self.elsewhere(function) {
            Some(number) => {
                let ty = self.types.get(self.source.functions[function as usize]);
                self.select(code, number);
                code.instructions().call_indirect(self.table, ty)
            }
            None => code.instructions().call(self.functions.get(function)),
        };
    }

    fn return_call(&self, code: &mut Function, function: u32) {
        match self.elsewhere(function) {
            Some(number) => {
                let ty = self.types.get(self.source.functions[function as usize]);
                self.select(code, number);
                code.instructions().return_call_indirect(self.table, ty)
            }
            None => code.instructions().return_call(self.functions.get(function)),
        };
    }

    /// Says which function is called, and pushes its number.
    fn select(&self, code: &mut Function, number: u32) {
        let number = number.cast_signed();
        code.instructions().i32_const(number).global_set(self.callee).i32_const(number);
    }

    /// A function that only calls the one of this number.
    pub(crate) fn stub(&self, number: u32, parameters: u32, ty: u32) -> Function {
        let mut code = Function::new([]);
        code.instructions().i32_const(number.cast_signed()).global_set(self.callee);
        for local in 0..parameters {
            code.instructions().local_get(local);
        }
        code.instructions().i32_const(number.cast_signed());
        code.instructions().return_call_indirect(self.table, ty).end();
        code
    }

    /// The number of a function that is neither in the main module nor in the part that is written.
    fn elsewhere(&self, function: u32) -> Option<u32> {
        match self.plan.place(function) {
            Place::Part { number, part } if self.part != Some(part) => Some(number),
            _ => None,
        }
    }
}

impl Reencode for Code<'_> {
    type Error = Infallible;

    /// The function that references are made of.
    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let wrapper = self.wrappers.get(&function).copied();
        Ok(wrapper.unwrap_or_else(|| self.functions.get(function)))
    }

    /// What is exported.
    fn external_index(&mut self, kind: ExternalKind, index: u32) -> Result<u32, Error> {
        match kind {
            ExternalKind::Func | ExternalKind::FuncExact => Ok(self.functions.get(index)),
            ExternalKind::Table => self.table_index(index),
            ExternalKind::Memory => self.memory_index(index),
            ExternalKind::Global => self.global_index(index),
            ExternalKind::Tag => self.tag_index(index),
        }
    }

    fn global_index(&mut self, global: u32) -> Result<u32, Error> {
        Ok(self.globals.get(global))
    }

    fn memory_index(&mut self, memory: u32) -> Result<u32, Error> {
        Ok(self.memories.get(memory))
    }

    fn table_index(&mut self, table: u32) -> Result<u32, Error> {
        Ok(self.tables.get(table))
    }

    fn type_index(&mut self, ty: u32) -> Result<u32, Error> {
        Ok(self.types.get(ty))
    }
}
