//! A memory before and after a call, as one page for a browser.
//!
//! The page is a template and a document in JSON, which it takes apart by a script that makes text of
//! what it finds, never markup: names and bytes are a guest's.

use super::memory::Memory;
use super::module::Inspected;
use super::strings::strings;
use super::text::quoted;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fmt::Write;
use vellum_memory::Runs;

const TEMPLATE: &str = include_str!("page.html");
const DATA: &str = "{{data}}";
/// Zeros that are left out.
const FOLD: usize = 32;
/// Regions that are shown.
const REGIONS: usize = 2000;
/// Changes that are listed.
const LISTED: usize = 5000;

/// The page for a call of `call` in the module of that name.
pub(crate) fn page(
    name: &str,
    call: &str,
    module: &Inspected,
    memories: &[Memory],
) -> Result<String> {
    let memories: Vec<_> = memories.iter().map(|it| document(it, module)).collect();
    let document = json!({ "module": name, "call": call, "memories": memories });
    let text = serde_json::to_string(&document).context("cannot write JSON")?;
    // No end of the script's element, and no comment, can be within.
    Ok(TEMPLATE.replacen(DATA, &text.replace('<', "\\u003c"), 1))
}

fn document(memory: &Memory, module: &Inspected) -> Value {
    let regions = memory.map(module).regions().take(REGIONS).map(|region| {
        json!({
            "kind": region.kind().name(), "start": region.range().start, "end": region.range().end,
            "nonzero": region.nonzero(),
        })
    });
    let runs = Runs::new(&memory.after, 0, FOLD);
    let runs = runs.map(|run| json!([run.start, hex(memory.after.get(run).unwrap_or_default())]));
    let changes = memory.changes().take(LISTED).map(|change| {
        json!([
            change.range().start,
            padded(change.before(), &change),
            padded(change.after(), &change)
        ])
    });
    json!({
        "index": memory.index,
        "name": memory.name.as_deref().map(quoted),
        "changed": memory.changes().map(|change| change.range().len()).sum::<usize>(),
        "size": memory.after.len(),
        "before": memory.before.len(),
        "high_water": memory.high_water(),
        "regions": regions.collect::<Vec<_>>(),
        "runs": runs.collect::<Vec<_>>(),
        "changes": changes.collect::<Vec<_>>(),
        "strings": strings(&memory.after),
    })
}

/// Bytes of a change in hexadecimal, with zeros for those that a smaller memory lacked.
fn padded(bytes: &[u8], change: &vellum_memory::Change<'_>) -> String {
    let mut text = hex(bytes);
    text.extend(std::iter::repeat_n("00", change.range().len() - bytes.len()));
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
