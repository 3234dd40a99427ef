//! The main module: all that the original one has, but the functions that are split off.

mod sections;

use crate::code::{Code, Indices};
use crate::error::SplitError;
use crate::plan::{Place, Plan};
use crate::source::Source;
use crate::types::Types;
use crate::uses::Uses;
use std::collections::BTreeMap;
use wasm_encoder::{FuncType, Function, GlobalType, RefType, TableType, ValType};

/// The type of the global that says which function is called.
pub(crate) const CALLEE: GlobalType =
    GlobalType { val_type: ValType::I32, mutable: true, shared: false };

/// The main module, as it is to be written.
pub(crate) struct MainModule<'a> {
    source: &'a Source<'a>,
    plan: &'a Plan,
    pub(crate) types: Types,
    /// The index of each function that is there, by its original one.
    pub(crate) functions: BTreeMap<u32, u32>,
    /// The type of the function that loads parts.
    load_type: u32,
    /// The types of the loaders, which come after the functions of the original module.
    loader_types: Vec<u32>,
    /// The wrapper of each imported function that parts call; these come last.
    wrappers: BTreeMap<u32, u32>,
    /// The global that says which function is called.
    pub(crate) callee: u32,
    /// The table of the functions that are split off.
    pub(crate) table: u32,
}

impl<'a> MainModule<'a> {
    pub(crate) fn of(source: &'a Source<'a>, plan: &'a Plan) -> Self {
        let mut types = Types::new(&source.types);
        let load_type = types.index(&FuncType::new([ValType::I32], []));
        let mut loader_types: Vec<_> =
            plan.split_off().map(|it| types.first(source.functions[it as usize])).collect();
        loader_types.sort_unstable();
        loader_types.dedup();
        let defined = source.defined().map(|(function, _)| function);
        let here = defined
            .filter(|&function| plan.place(function) == Place::Main || plan.has_handle(function));
        let imported = 0..source.imported_functions;
        let functions = imported.clone().zip(imported);
        // The first one behind those that are imported loads parts.
        let functions: BTreeMap<_, _> =
            functions.chain(here.zip(source.imported_functions + 1..)).collect();
        let end = (functions.len() + 1 + loader_types.len()) as u32;
        let wrappers = plan.called_imports().into_iter().zip(end..).collect();
        let callee = source.globals.len() as u32;
        let table = source.tables.len() as u32;
        Self { source, plan, types, functions, load_type, loader_types, wrappers, callee, table }
    }

    /// The index of the function that loads parts.
    fn load(&self) -> u32 {
        self.source.imported_functions
    }

    /// The type of the table of the functions that are split off.
    pub(crate) fn dispatch_table(&self) -> TableType {
        let (count, element_type) = (u64::from(self.plan.count), RefType::FUNCREF);
        TableType {
            element_type,
            table64: false,
            minimum: count,
            maximum: Some(count),
            shared: false,
        }
    }

    /// The loader of each function that is split off.
    fn loaders(&self) -> Vec<u32> {
        // The function that loads parts comes before, and is not among the others.
        let first = self.functions.len() as u32 + 1;
        let of_type: BTreeMap<_, _> = self.loader_types.iter().copied().zip(first..).collect();
        let types = self.plan.split_off().map(|it| self.source.functions[it as usize]);
        types.map(|ty| of_type[&self.types.first(ty)]).collect()
    }

    /// Writes sections and code of the original module.
    fn code(&self) -> Code<'a> {
        Code {
            source: self.source,
            plan: self.plan,
            part: None,
            functions: Indices::Listed(self.functions.clone()),
            wrappers: self.wrappers.clone(),
            globals: Indices::Unchanged,
            memories: Indices::Unchanged,
            tables: Indices::Unchanged,
            types: Indices::Unchanged,
            callee: self.callee,
            table: self.table,
        }
    }

    /// What is there of a function that the original module defines: itself, or a stub.
    fn function(&self, code: &mut Code<'_>, function: u32) -> Result<Option<Function>, SplitError> {
        match (self.plan.place(function), self.source.body(function)) {
            (Place::Main, Some(body)) => code.function(body).map(Some),
            (Place::Part { number, .. }, _) if self.plan.has_handle(function) => {
                let parameters = self.source.signature(function).params().len() as u32;
                let ty = self.source.functions[function as usize];
                Ok(Some(code.stub(number, parameters, ty)))
            }
            _ => Ok(None),
        }
    }

    /// The function that loads the part of a function of this type, then calls that.
    fn loader(&self, ty: u32) -> Function {
        let parameters = self.types.list()[ty as usize].params().len() as u32;
        let mut code = Function::new([(1, ValType::I32)]);
        code.instructions().global_get(self.callee).local_tee(parameters).call(self.load());
        for local in 0..=parameters {
            code.instructions().local_get(local);
        }
        code.instructions().return_call_indirect(self.table, ty).end();
        code
    }

    /// A function that calls an imported one for parts: a host function looks at the exports of the
    /// instance that calls it, and a part has none.
    fn wrapper(&self, import: u32) -> Function {
        let mut code = Function::new([]);
        for local in 0..self.source.signature(import).params().len() as u32 {
            code.instructions().local_get(local);
        }
        code.instructions().call(import).end();
        code
    }

    /// The module's bytes, given what each part uses.
    pub(crate) fn encode(&self, uses: &[Uses]) -> Result<Vec<u8>, SplitError> {
        sections::encode(self, uses)
    }
}
