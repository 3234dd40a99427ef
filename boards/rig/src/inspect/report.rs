//! A module as text, and as JSON.

use super::features::{self, Proposal, Support};
use super::functions::largest;
use super::imported::Imported;
use super::module::Inspected;
use super::needs::{Needs, Verdict};
use super::offered::instead;
use super::text::{quoted, wrapped};
use super::ty;
use crate::board::Board;
use crate::figures::thousands;
use crate::invocation::Invocation;
use crate::program::Program;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use vellum_memory::RegionKind;

/// Entries of a list that are shown.
const LISTED: usize = 40;
/// Functions that are shown.
const LARGEST: usize = 10;

/// All that is told of a module that is not run.
pub(crate) struct Report<'a> {
    pub(crate) name: &'a str,
    pub(crate) module: Inspected,
    /// The proposals that it uses, or why it is not valid.
    pub(crate) proposals: Result<Vec<&'static Proposal>, String>,
    pub(crate) needs: Needs,
    pub(crate) verdicts: Vec<Verdict>,
}

impl<'a> Report<'a> {
    /// Reads a module, and compares it with the boards.
    pub(crate) fn of(
        name: &'a str,
        binary: &[u8],
        boards: &[Board],
        invocation: &Invocation,
    ) -> Self {
        let module = Inspected::of(binary);
        let needs = Needs::of(binary, &module.memories, invocation);
        let proposals = features::used(binary);
        let mut verdicts: Vec<_> =
            boards.iter().filter_map(|board| needs.verdict(binary, board, invocation)).collect();
        let obstacles = obstacles(&proposals, &module.imports);
        if !obstacles.is_empty() {
            for verdict in &mut verdicts {
                verdict.is_open = false;
                verdict.missing.splice(0..0, obstacles.iter().cloned());
            }
        }
        Self { name, module, proposals, needs, verdicts }
    }

    pub(crate) fn text(&self) -> String {
        let Inspected { imports, exports, memories, tables, customs, .. } = &self.module;
        let mut text = format!("module {}: {} bytes\n", self.name, thousands(self.needs.module));
        match &self.proposals {
            Ok(used) => {
                let names = used.iter().map(|it| format!("{}{}", it.name, it.support.note()));
                let names: Vec<_> = names.collect();
                let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                let _ = writeln!(text, "proposals: {names}");
            }
            Err(error) => {
                let _ = writeln!(text, "not valid: {error}");
            }
        }
        list(&mut text, "imports", imports, |it| {
            let (module, name) = (quoted(&it.module), quoted(&it.name));
            format!("{module}.{name} {}: {}", it.ty, it.told())
        });
        for module in self.unknown_modules() {
            let _ = writeln!(text, "  {}", wrapped(&instead(module), 2));
        }
        list(&mut text, "exports", exports, |it| format!("{} {}", quoted(&it.name), it.ty));
        list(&mut text, "memories", memories, |memory| ty::memory(*memory));
        list(&mut text, "tables", tables, |table| ty::table(*table));
        list(&mut text, "custom sections", customs, |(name, bytes)| {
            format!("{} {} bytes", quoted(name), thousands(*bytes))
        });
        self.functions(&mut text);
        self.layout(&mut text);
        self.boards(&mut text);
        text
    }

    fn unknown_modules(&self) -> BTreeSet<&str> {
        let unknown = self.module.imports.iter().filter(|import| import.is_unknown());
        unknown.map(|import| import.module.as_str()).take(LISTED).collect()
    }

    fn functions(&self, text: &mut String) {
        let functions = &self.module.functions;
        let (count, code) = (thousands(functions.len() as u64), thousands(self.module.code));
        let _ = writeln!(text, "functions: {count}, {code} bytes of code");
        for function in largest(functions, LARGEST) {
            let name = function.name.as_deref().map_or(String::new(), quoted);
            let _ =
                writeln!(text, "{:>9} bytes  {} {name}", thousands(function.bytes), function.index);
        }
    }

    /// Where the linker has put what, as long as nothing has run.
    fn layout(&self, text: &mut String) {
        let (layout, segments) = (self.module.layout(), self.module.segments.len() as u64);
        let bytes: usize = self.module.segments.iter().map(|segment| segment.len()).sum();
        let plural = if segments == 1 { "" } else { "s" };
        let (segments, bytes) = (thousands(segments), thousands(bytes as u64));
        let _ = writeln!(text, "data: {segments} segment{plural}, {bytes} bytes");
        if let Some(stack) = layout.stack() {
            let guess = if layout.is_stack_exact() { "" } else { " at most, with bss" };
            let (kind, len) = (RegionKind::Stack, thousands(stack.len() as u64));
            let _ =
                writeln!(text, "{kind}: {:#x}..{:#x}, {len} bytes{guess}", stack.start, stack.end);
        }
        for (symbol, address) in &self.module.symbols {
            let _ = writeln!(text, "  {symbol} {address:#x}");
        }
        let told = self.proposals.as_ref().err();
        if let Some(error) = self.module.malformed.as_ref().filter(|error| told != Some(error)) {
            let _ = writeln!(text, "malformed: {error}");
        }
    }

    fn boards(&self, text: &mut String) {
        if let Some(heap) = self.needs.heap_peak() {
            let memory = thousands(self.needs.memory);
            let _ = writeln!(
                text,
                "needs: {memory} bytes of memory at first, {} bytes of heap at most beside the engine",
                thousands(heap)
            );
        }
        let measured = format!("may not fit, `{} budget` measures it", Program::current().name());
        let fits = match self.module.imports.iter().all(|import| import.is_offered) {
            true => "fits",
            false => "fits, in a firmware that offers what it imports",
        };
        for Verdict { board, missing, is_open, advice, .. } in &self.verdicts {
            let verdict = match (missing.is_empty(), is_open) {
                (true, _) => fits,
                (false, true) => measured.as_str(),
                (false, false) => "does not fit",
            };
            let colon = if missing.is_empty() { "" } else { ": " };
            let _ = writeln!(text, "{board}: {verdict}{colon}{}", missing.join("; "));
            for line in advice {
                let _ = writeln!(text, "  help: {line}");
            }
        }
    }

    pub(crate) fn document(&self) -> Value {
        let module = &self.module;
        let imports = module.imports.iter().map(|it| {
            json!({
                "module": it.module, "name": it.name, "type": it.ty,
                "offered": it.is_offered, "offered_types": it.offered,
            })
        });
        let exports = module.exports.iter().map(|it| json!({ "name": it.name, "type": it.ty }));
        let memories = module.memories.iter().map(|it| {
            let page = 1_u64 << it.page_size_log2.unwrap_or(16).min(63);
            json!({
                "minimum": it.initial, "maximum": it.maximum, "page_bytes": page,
                "shared": it.shared, "memory64": it.memory64,
            })
        });
        let customs = module.customs.iter();
        let customs = customs.map(|(name, bytes)| json!({ "name": name, "bytes": bytes }));
        let functions = module
            .functions
            .iter()
            .map(|it| json!({ "index": it.index, "name": it.name, "bytes": it.bytes }));
        let segments = module.segments.iter();
        let segments = segments.map(|it| json!({ "start": it.start, "end": it.end }));
        let symbols = module.symbols.iter().cloned().collect::<std::collections::BTreeMap<_, _>>();
        let boards = self.verdicts.iter().map(|it| {
            json!({
                "board": it.board, "fits": it.missing.is_empty(), "open": it.is_open,
                "missing": it.missing, "advice": it.advice,
                "room": {
                    "flash": it.room.flash, "pool": it.room.pool, "heap": it.room.heap,
                    "engine": it.room.engine,
                },
            })
        });
        let used = self.proposals.as_ref();
        json!({
            "module": self.name,
            "bytes": self.needs.module,
            "proposals": used.ok().map(|used| used.iter().map(|it| it.name).collect::<Vec<_>>()),
            "invalid": used.err(),
            "malformed": module.malformed,
            "imports": imports.collect::<Vec<_>>(),
            "exports": exports.collect::<Vec<_>>(),
            "memories": memories.collect::<Vec<_>>(),
            "tables": module.tables.iter().map(|it| ty::table(*it)).collect::<Vec<_>>(),
            "custom_sections": customs.collect::<Vec<_>>(),
            "functions": functions.collect::<Vec<_>>(),
            "code_bytes": module.code,
            "segments": segments.collect::<Vec<_>>(),
            "symbols": symbols,
            "memory_bytes": self.needs.memory,
            "heap_bytes_at_most": self.needs.heap_peak(),
            "boards": boards.collect::<Vec<_>>(),
        })
    }
}

/// Why no board runs the module.
fn obstacles(
    proposals: &Result<Vec<&'static Proposal>, String>,
    imports: &[Imported],
) -> Vec<String> {
    let Ok(used) = proposals else { return vec!["it is not valid".to_owned()] };
    let lacking = used.iter().filter(|proposal| proposal.support != Support::Chips);
    let lacking = lacking.map(|it| format!("the proposal {} is not on chips", it.name));
    let incompatible = match imports.iter().filter(|it| it.is_incompatible()).count() {
        0 => None,
        1 => Some("1 import is offered with another type".to_owned()),
        more => Some(format!("{} imports are offered with other types", thousands(more as u64))),
    };
    lacking.chain(incompatible).collect()
}

/// A list with a heading, as long as it is worth it.
fn list<T>(text: &mut String, heading: &str, items: &[T], show: impl Fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "{heading}: {}", thousands(items.len() as u64));
    for item in items.iter().take(LISTED) {
        let _ = writeln!(text, "  {}", show(item));
    }
    if let Some(more) = items.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let _ = writeln!(text, "  and {} more", thousands(more as u64));
    }
}
