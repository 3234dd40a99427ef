//! What is run: modules that use each other, and the calls that are made.

use super::value::Value;
use fastrand::Rng;
use wasmparser::{ExternalKind, FuncType, Parser, Payload, Validator};

/// Modules, instantiated in their order, and calls of what they export.
#[derive(Debug, Clone)]
pub struct Program {
    /// The modules. Each may import what those before it export, under the module name `m` and
    /// their number.
    pub modules: Vec<Vec<u8>>,
    /// The calls, made in this order.
    pub calls: Vec<Call>,
}

/// One call from the host.
#[derive(Debug, Clone)]
pub struct Call {
    /// The number of the module.
    pub instance: usize,
    /// The export's name.
    pub function: String,
    /// Its arguments.
    pub arguments: Vec<Value>,
}

/// The functions that a module exports, with their types.
pub(super) fn exported_functions(module: &[u8]) -> Vec<(String, FuncType)> {
    let types = Validator::new_with_features(super::features())
        .validate_all(module)
        .expect("only valid modules are compared");
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        let Ok(Payload::ExportSection(exports)) = payload else { continue };
        for export in exports.into_iter().flatten() {
            if export.kind == ExternalKind::Func {
                let id = types.as_ref().core_function_at(export.index);
                functions.push((export.name.to_owned(), types[id].unwrap_func().clone()));
            }
        }
    }
    functions
}

impl Program {
    /// The program of these modules, with `each` calls of every function that is exported.
    pub(crate) fn new(rng: &mut Rng, modules: Vec<Vec<u8>>, each: usize) -> Self {
        let mut calls = Vec::new();
        for (instance, module) in modules.iter().enumerate() {
            for (function, ty) in exported_functions(module) {
                for _ in 0..each {
                    let arguments = ty.params().iter().map(|ty| Value::any(rng, *ty)).collect();
                    calls.push(Call { instance, function: function.clone(), arguments });
                }
            }
        }
        rng.shuffle(&mut calls);
        Self { modules, calls }
    }
}
