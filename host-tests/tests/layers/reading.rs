//! The checks find what they look for.

use crate::{faults, from_the_root, graph, source::Source, table::Crate};
use std::collections::BTreeSet;

const CRATE: Crate = Crate {
    folder: "",
    layers: &[("low", &["=high", "low"]), ("middle", &["middle"]), ("high", &["=", "high"])],
};

fn source(texts: &[(&str, &str)]) -> Source {
    let modules = [("", ""), ("low", ""), ("middle", ""), ("high", ""), ("high::inner", "")];
    let text = |module| texts.iter().find(|(found, _)| *found == module).map(|(_, text)| *text);
    let files: Vec<_> = modules
        .iter()
        .map(|(module, empty)| (module.to_string(), text(*module).unwrap_or(empty).to_string()))
        .collect();
    Source::of(&files)
}

fn paths(module: &str, text: &str) -> BTreeSet<String> {
    let source = source(&[(module, text)]);
    source.files[module].iter().map(|mention| mention.path.join("::")).collect()
}

#[test]
fn paths_are_found_wherever_they_are() {
    for (text, expected) in [
        ("use crate::low::Thing;", "low::Thing"),
        ("use super::low::Thing as Other;", "low::Thing"),
        ("pub(crate) use crate::{low::{self, Thing}, middle};", "low low::Thing middle"),
        ("use crate::low::*;", "low"),
        ("use inner::Thing;", "high::inner::Thing"),
        ("use self::inner::Thing;", "high::inner::Thing"),
        (
            "fn f() -> crate::low::Thing<super::middle::Other> { todo() }",
            "low::Thing middle::Other",
        ),
        ("fn f() { inner::call(|x| crate::low::call::<u8>(x)) }", "high::inner::call low::call"),
        ("mod nested { use super::super::low::Thing; }", "low::Thing"),
        ("mod nested { fn f() { super::inner::call() } }", "high::inner::call"),
        (
            "macro_rules! m { ($x:ident) => { $crate::low::$x; crate::middle::f() }; }",
            "low middle::f",
        ),
        ("#[derive(Debug)] struct S<'a>(&'a u8, crate::low::Thing);", "low::Thing"),
        ("pub(super) struct S; pub(crate) fn f(low: u8) {}", ""),
        ("use core::low::Thing; use other::low;", ""),
        ("// crate::low::Thing\nconst TEXT: &str = \"crate::low::Thing\";", ""),
        ("mod tests { use crate::low::Thing; }", ""),
    ] {
        let expected = expected.split_whitespace().map(String::from).collect();
        assert_eq!(paths("high", text), expected, "{text}");
    }
}

#[test]
fn an_import_from_a_higher_layer_is_a_fault() {
    let found = faults(&CRATE, &source(&[("low", "\nuse crate::middle::Thing;")]));
    assert_eq!(found, ["low, line 2: middle::Thing is above the layer \"low\""]);
    assert_eq!(faults(&CRATE, &source(&[("middle", "use crate::low::Thing;")])), [""; 0]);
    // The file of a module alone may be lower than what is in it.
    assert_eq!(faults(&CRATE, &source(&[("low", "use crate::high::Thing;")])), [""; 0]);
    assert_eq!(faults(&CRATE, &source(&[("low", "use crate::high::inner::Thing;")])).len(), 1);
    let stray = Source::of(&[("stray".into(), String::new())]);
    assert_eq!(faults(&CRATE, &stray), ["stray: in no layer"]);
}

#[test]
fn an_import_from_the_root_is_a_fault() {
    let found = from_the_root(&source(&[("middle", "use crate::{Thing, low::Other};")]));
    assert_eq!(found, ["middle, line 1: Thing"]);
}

#[test]
fn circles_are_found() {
    let two = source(&[("low", "use crate::middle::A;"), ("middle", "fn f() { super::low::g() }")]);
    assert_eq!(graph::circles(&two), BTreeSet::from([vec!["low", "middle"]]));
    let three = source(&[
        ("low", "use crate::middle::A;"),
        ("middle", "use crate::high::inner::B;"),
        ("high::inner", "use crate::low::C;"),
    ]);
    assert_eq!(graph::circles(&three), BTreeSet::from([vec!["high::inner", "low", "middle"]]));
    // A module sees its ancestors, which may use what is in it.
    let ancestor = source(&[("high", "use inner::A;"), ("high::inner", "use super::B;")]);
    assert_eq!(graph::circles(&ancestor), BTreeSet::new());
}
