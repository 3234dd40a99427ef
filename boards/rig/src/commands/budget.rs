//! `rig budget`

use super::run::{Ran, Single};
use crate::arguments::{Emulation, Image, Shown};
use crate::costs::Row;
use crate::emulator::Reaction;
use crate::failure;
use crate::invocation::Invocation;
use crate::module;
use crate::translating::Translating;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

pub(super) fn execute(
    workspace: &Workspace,
    invocation: &Invocation,
    emulation: &Emulation,
    shown: Shown,
) -> Result<u8> {
    let image = Image { tests: false, watchdog: None };
    let (is_budget, is_detailed) = (true, shown.detail);
    let single = Single { invocation, is_budget, is_detailed, image, signer: None, emulation };
    let board = &workspace.board(emulation.board.as_deref())?.name;
    let ran = single.boot(workspace, |_| Reaction::Swallow)?;
    ran.advise();
    let fits = ran.code == failure::SUCCESS;
    let functions = match shown.functions {
        true => {
            Translating::of(&module::read(&invocation.file)?, &invocation.module()?, invocation)
        }
        false => None,
    };
    if shown.json {
        let module = invocation.file.display().to_string();
        let mut document = document(&module, board, &ran);
        if let (Some(functions), Value::Object(document)) = (&functions, &mut document) {
            document.insert("functions".to_owned(), functions.document());
        }
        let text = serde_json::to_string_pretty(&document).context("cannot write JSON")?;
        println!("{text}");
    } else {
        print!("{}", ran.costs.render(ran.known.as_ref()));
        if let Some(detail) = &ran.detail {
            print!("\n{}\n", detail.render());
        }
        if let Some(functions) = &functions {
            print!("\n{}\n", functions.render());
        }
        println!("{} {board}", if fits { "fits" } else { "does not fit" });
    }
    Ok(ran.code)
}

/// The same as the table: figures by name, those of bounds apart.
fn document(module: &str, board: &str, ran: &Ran) -> Value {
    let (mut measured, mut bound) = (Map::new(), Map::new());
    for row in ran.costs.rows(ran.known.as_ref()) {
        measured.extend(row.measured.map(|figure| (key(&row), figure.into())));
        bound.extend(row.bound.map(|figure| (key(&row), figure.into())));
    }
    let mut document = json!({
        "module": module,
        "board": board,
        "fits": ran.code == failure::SUCCESS,
        "errors": ran.errors,
        "measured": measured,
        "bound": bound,
    });
    if let (Some(detail), Value::Object(document)) = (&ran.detail, &mut document) {
        document.insert("detail".to_owned(), detail.document());
    }
    document
}

/// A row's name and unit as one word: `heap_peak_bytes`.
fn key(row: &Row<'_>) -> String {
    let words = row.what.split([' ', ',', '-']).filter(|word| !word.is_empty());
    words.chain([row.unit]).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::{Ran, document};
    use crate::costs::Costs;

    #[test]
    fn figures_have_names_of_one_word() {
        let mut costs = Costs::default();
        assert!(costs.take("report: heap of the guest, loaded: 12 bytes"));
        let errors = vec!["out of heap".to_owned()];
        let (detail, advice) = (None, Vec::new());
        let ran = Ran { costs, known: None, detail, errors, advice, code: 1 };
        let expected = serde_json::json!({
            "module": "a.wasm",
            "board": "b",
            "fits": false,
            "errors": ["out of heap"],
            "measured": { "heap_of_the_guest_loaded_bytes": 12 },
            "bound": {},
        });
        assert_eq!(document("a.wasm", "b", &ran), expected);
    }
}
