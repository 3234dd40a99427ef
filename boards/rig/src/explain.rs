//! What to do about an error, by what is seen in the module: `help:` lines.

mod arguments;
mod names;

use crate::board::Board;
use crate::failure::HELP;
use crate::inspect::imported::Imported;
use crate::inspect::module::{Exported, Inspected};
use crate::inspect::needs::Needs;
use crate::inspect::offered::{self, instead};
use crate::inspect::text::{quoted, wrapped};
use crate::invocation::Invocation;
use std::collections::BTreeSet;
use wasmparser::ExternalKind;

/// Names that are listed.
const LISTED: usize = 12;

/// A line for each thing that helps with one of the errors, if there is any.
pub(crate) fn explanation(
    errors: &[String],
    file: &[u8],
    invocation: &Invocation,
    board: &Board,
    boards: &[Board],
) -> Vec<String> {
    let module = Inspected::of(file);
    let mut lines = Vec::new();
    for error in errors {
        if error.starts_with("unknown export: ") || error.starts_with("incompatible export: ") {
            lines.extend(exports(&module, invocation));
        } else if error.starts_with("wrong arguments: ") {
            lines.extend(arguments(&module, invocation));
        } else if error.starts_with("invalid module: byte 0: ") {
            lines.extend(other_header(file, invocation));
        } else if error.starts_with("unknown import") {
            lines.extend(imports(&module));
        } else if is_limit(error) {
            lines.extend(other_boards(file, &module, invocation, board, boards));
        }
    }
    lines
}

/// Whether a board with more memory may not have this error.
fn is_limit(error: &str) -> bool {
    [
        "out of pages",
        "out of heap",
        "limit exceeded: Config::memory_maximum",
        "limit exceeded: module buffer",
    ]
    .iter()
    .any(|start| error.starts_with(start))
}

fn functions(module: &Inspected) -> impl Iterator<Item = &Exported> {
    module.exports.iter().filter(|export| export.kind == ExternalKind::Func)
}

/// Which functions are meant, or there.
fn exports(module: &Inspected, invocation: &Invocation) -> Vec<String> {
    let Some((name, _)) = invocation.invoke.call() else { return Vec::new() };
    let near: Vec<_> = functions(module).filter(|it| names::are_near(name, &it.name)).collect();
    let (begin, listed) = if near.is_empty() {
        ("the module exports", functions(module).collect())
    } else {
        ("is it one of these?", near)
    };
    if listed.is_empty() {
        return vec!["the module exports no function".to_owned()];
    }
    let shown = listed.iter().take(LISTED).map(|it| {
        format!("{} {}", quoted(&it.name), it.ty.strip_prefix("func ").unwrap_or_default())
    });
    let more = match listed.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    vec![format!("{begin} {}{more}", shown.collect::<Vec<_>>().join(", "))]
}

/// Which arguments are wrong, and why.
fn arguments(module: &Inspected, invocation: &Invocation) -> Vec<String> {
    let Some((name, given)) = invocation.invoke.call() else { return Vec::new() };
    let Some(params) = module.params(name) else { return Vec::new() };
    if params.len() != given.len() {
        let few = if given.len() < params.len() { "too few" } else { "too many" };
        return vec![format!("{few} arguments: {} expected, {} given", params.len(), given.len())];
    }
    let numbered = params.iter().zip(given).enumerate();
    let wrong = numbered.filter_map(|(index, (ty, argument))| {
        let why = arguments::fault(*ty, argument)?;
        Some(format!("argument {} is {}: {why}", index + 1, quoted(argument)))
    });
    wrong.collect()
}

/// What the runner has in the place of what is unknown: names that are near, or all of a module.
fn imports(module: &Inspected) -> Vec<String> {
    let unknown = module.imports.iter().filter(|import| import.is_unknown());
    let lines: BTreeSet<_> = unknown.take(LISTED).map(near_or_all).collect();
    // Each line begins as the first does.
    let all: Vec<_> = lines.iter().map(|line| wrapped(line, HELP.len() + 2)).collect();
    let begin = " ".repeat(HELP.len());
    let lines = all.iter().flat_map(|text| text.lines());
    lines.map(|line| line.strip_prefix(&begin).unwrap_or(line).to_owned()).collect()
}

fn near_or_all(Imported { module, name, .. }: &Imported) -> String {
    let mut near = offered::names(module);
    near.retain(|it| names::are_near(name, it));
    match near.is_empty() {
        true => instead(module),
        false => {
            format!("is {}.{} one of these? {}", quoted(module), quoted(name), near.join(" "))
        }
    }
}

/// That a file does not begin as modules do.
fn other_header(file: &[u8], invocation: &Invocation) -> Option<String> {
    const HEADER: &[u8; 4] = b"\0asm";
    let found = file.get(..HEADER.len()).filter(|found| found != HEADER)?;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!(" {byte:02x}")).collect::<String>();
    let (name, found, header) = (invocation.file.display(), hex(found), hex(HEADER));
    Some(format!("{name} is no module: it begins with{found} instead of{header}"))
}

/// Which other boards the module fits.
fn other_boards(
    file: &[u8],
    module: &Inspected,
    invocation: &Invocation,
    board: &Board,
    boards: &[Board],
) -> Option<String> {
    let needs = Needs::of(file, &module.memories, invocation);
    // Else it is a setting, or what the guest does.
    needs.verdict(file, board, invocation).filter(|here| !here.missing.is_empty())?;
    let others = boards.iter().filter(|other| other.name != board.name);
    let fits = others.filter_map(|other| needs.verdict(file, other, invocation));
    let names: Vec<_> = fits.filter(|it| it.missing.is_empty()).map(|it| it.board).collect();
    let limit = format!("that is a limit of {}", board.name);
    Some(match names.is_empty() {
        true => format!("{limit}, and no other board has more"),
        false => format!("{limit}: the module fits --board {}", names.join(" or ")),
    })
}

#[cfg(test)]
mod tests;
