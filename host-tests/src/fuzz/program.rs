//! A program out of bytes: a module, or what `wasm-smith` makes of them.

use super::settings::{rng, says_prepared};
use crate::programs::{Program, features, program_in};
use fastrand::Rng;
use std::collections::HashSet;
use wasmparser::{
    ExternalKind, MemoryType, Operator, Parser, Payload, TableType, TypeRef, Validator,
};

/// Calls of each function of a module.
const CALLS: usize = 3;
/// Most pages of all memories together, and most elements of a table.
const PAGES: u64 = 16;
const ELEMENTS: u64 = 10_000;
/// Local variables of which the interpreter allows no more, with the parameters and those that mending adds.
const LOCALS: u64 = 28_000;

/// The program, whether it has tail calls, and numbers to go on with.
pub(super) fn program(data: &[u8], floats: bool) -> Option<(Program, bool, Rng)> {
    let mut rng = rng(data);
    if data.starts_with(b"\0asm") {
        let facts = Facts::of(data)?;
        if !facts.is_bounded() || facts.floats && !floats || says_prepared(data) {
            return None;
        }
        let program = Program::new(&mut rng, vec![data.to_vec()], CALLS);
        return Some((program, facts.tail_calls, rng));
    }
    let tail_calls = rng.bool();
    let program = program_in(&mut rng, tail_calls, data)?;
    Some((program, tail_calls, rng))
}

/// What matters of a module before it is compared.
#[derive(Default)]
struct Facts<'a> {
    memories: Vec<MemoryType>,
    tables: Vec<TableType>,
    imports: HashSet<(&'a str, &'a str)>,
    exports: usize,
    /// The most local variables that a function declares.
    locals: u64,
    grows: bool,
    tail_calls: bool,
    /// Whether it computes floats, of which NaNs may have other bits elsewhere.
    floats: bool,
}

impl<'a> Facts<'a> {
    /// Those of a valid module.
    fn of(module: &'a [u8]) -> Option<Self> {
        Validator::new_with_features(features()).validate_all(module).ok()?;
        let mut facts = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload.ok()? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import.ok()?;
                        // What is defined twice with other types can't be linked.
                        if !facts.imports.insert((import.module, import.name)) {
                            return None;
                        }
                        match import.ty {
                            TypeRef::Memory(ty) => facts.memories.push(ty),
                            TypeRef::Table(ty) => facts.tables.push(ty),
                            _ => {}
                        }
                    }
                }
                Payload::MemorySection(memories) => {
                    facts.memories.extend(memories.into_iter().filter_map(Result::ok));
                }
                Payload::TableSection(tables) => {
                    let tables = tables.into_iter().filter_map(Result::ok);
                    facts.tables.extend(tables.map(|table| table.ty));
                }
                Payload::ExportSection(exports) => {
                    let functions = exports.into_iter().filter_map(Result::ok);
                    facts.exports =
                        functions.filter(|export| export.kind == ExternalKind::Func).count();
                }
                Payload::CodeSectionEntry(body) => {
                    let groups = body.get_locals_reader().ok()?.into_iter();
                    let locals = groups.map(|group| group.map_or(0, |(count, _)| count.into()));
                    facts.locals = facts.locals.max(locals.sum());
                    for operator in body.get_operators_reader().ok()? {
                        facts.add(&operator.ok()?);
                    }
                }
                _ => {}
            }
        }
        Some(facts)
    }

    fn add(&mut self, operator: &Operator<'_>) {
        const EXACT: [&str; 12] = [
            "Load",
            "Store",
            "Const",
            "Abs",
            "Neg",
            "Copysign",
            "Reinterpret",
            "Eq",
            "Ne",
            "Lt",
            "Gt",
            "Le",
        ];
        match operator {
            Operator::MemoryGrow { .. } | Operator::TableGrow { .. } => self.grows = true,
            Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. } => {
                self.tail_calls = true;
            }
            _ => {}
        }
        let name = format!("{operator:?}");
        if let Some(rest) = name.strip_prefix("F32").or_else(|| name.strip_prefix("F64")) {
            self.floats |=
                !EXACT.iter().any(|exact| rest.starts_with(exact)) && !rest.starts_with("Ge");
        }
    }

    /// Whether what it has can't be too much for one runtime and not for the other.
    fn is_bounded(&self) -> bool {
        // As much as may be is reserved, here.
        let least = |minimum| if self.grows { u64::MAX } else { minimum };
        let most = |minimum, maximum: Option<u64>| maximum.unwrap_or(least(minimum));
        let pages = |ty: &MemoryType| match ty.page_size_log2 {
            None | Some(16) => most(ty.initial, ty.maximum),
            Some(_) => most(ty.initial, ty.maximum) >> 16,
        };
        let memories = self.memories.iter().map(pages).fold(0, u64::saturating_add);
        memories <= PAGES
            && self.tables.iter().all(|ty| most(ty.initial, ty.maximum) <= ELEMENTS)
            && self.memories.len() < 60
            && self.tables.len() < 60
            && self.exports < 200
            && self.locals < LOCALS
    }
}
