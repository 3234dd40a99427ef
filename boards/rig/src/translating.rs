//! What it takes to translate each function of a module.

use crate::figures::thousands;
use crate::inspect::functions::Function;
use crate::inspect::module::Inspected;
use crate::inspect::text::quoted;
use crate::invocation::Invocation;
use crate::table::Table;
use serde_json::{Value, json};
use std::cmp::Reverse;
use vellum_prepare::{FunctionBound, prepare};

/// How many functions are shown.
const SHOWN: usize = 20;

/// What it takes to translate each function.
pub(crate) struct Translating(Vec<(Function, FunctionBound)>);

impl Translating {
    /// Reads a module as it is in its file, for its names, and as the chip gets it. `None` if it is invalid, which
    /// the chip tells.
    pub(crate) fn of(file: &[u8], binary: &[u8], invocation: &Invocation) -> Option<Self> {
        let prepared = prepare(binary, &invocation.options(binary)).ok()?;
        let mut bounds = Vec::new();
        prepared.function_bounds(invocation.fuel.is_some(), |bound| bounds.push(bound)).ok()?;
        // Functions that preparing has added come behind those of the module.
        let mut functions: Vec<_> = Inspected::of(file).functions.into_iter().zip(bounds).collect();
        functions.sort_by_key(|(function, bound)| (Reverse(bound.heap.peak), function.index));
        Some(Self(functions))
    }

    pub(crate) fn render(&self) -> String {
        let mut table = Table::new(&["function", "bytes in the module", "code", "heap on the way"]);
        for (function, bound) in self.0.iter().take(SHOWN) {
            let name = match &function.name {
                Some(name) => quoted(name),
                None => format!("function {}", function.index),
            };
            let figures = [function.bytes, bound.code as u64, bound.heap.peak as u64];
            table.row([name].into_iter().chain(figures.map(thousands)));
        }
        let mut text = table.render();
        if self.0.len() > SHOWN {
            text += &format!("{} more take less\n", self.0.len() - SHOWN);
        }
        text
    }

    pub(crate) fn document(&self) -> Value {
        let row = |(function, bound): &(Function, FunctionBound)| {
            json!({
                "index": function.index,
                "name": function.name,
                "bytes": function.bytes,
                "code_bytes": bound.code,
                "heap_peak_bytes": bound.heap.peak,
            })
        };
        self.0.iter().map(row).collect()
    }
}
