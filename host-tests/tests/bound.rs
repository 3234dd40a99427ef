//! The bound of what modules take is never too low, and seldom much too high.

use std::{fs, path::Path};
use vellum_host_tests::bound::{compare, compare_one, engines, starting};
use vellum_prepare::{Bound, Loading, Options, prepare};

/// As many modules as take a minute; the program `bound` compares as many as asked for.
const GENERATED: usize = 400;

#[test]
fn the_bound_holds_and_is_near() {
    let summary = compare(7, GENERATED, false);
    assert!(summary.failures.is_empty(), "{:#?}", summary.failures);
    assert!(summary.own <= 4096, "finding a bound took {} bytes", summary.own);
    for what in ["load", "instance"] {
        let ratios = &summary.ratios[&(what, "all".to_owned())];
        assert!(ratios.count() > GENERATED, "{what}: {ratios}");
        assert!(ratios.quantile(0.5) <= 1.2, "{what}: {ratios}");
        assert!(ratios.quantile(0.9) <= 1.5, "{what}: {ratios}");
    }
}

/// The start functions of lazy engines translate what they call; and where the largest function is not the
/// last one for which a buffer grows, eager ones take the most before they are done with all.
#[test]
fn the_bound_holds_whichever_function_makes_a_buffer_grow() {
    let summary = starting(11, 60);
    assert!(summary.failures.is_empty(), "{:#?}", summary.failures);
    for what in ["load", "instance"] {
        let ratios = &summary.ratios[&(what, "all".to_owned())];
        assert!(ratios.count() > 150 && ratios.quantile(0.5) <= 1.2, "{what}: {ratios}");
    }
}

/// A constant stays one where a local variable is set to it, and is written to each.
#[test]
fn the_bound_holds_where_blocks_are_nested_too_deep_to_be_followed() {
    const DEPTH: usize = 256;
    let tees = "local.tee 0 ".repeat(11_500);
    let text = format!(
        "(module (func (local i64) {} i64.const 1 {tees} drop {}))",
        "block ".repeat(DEPTH),
        "end ".repeat(DEPTH)
    );
    let summary = compare_one(&wat::parse_str(text).expect("the text is valid"));
    assert!(summary.failures.is_empty(), "{:#?}", summary.failures);
    assert!(summary.ratios[&("load kept", "all".to_owned())].quantile(0.5) <= 1.2, "{summary}");
}

#[test]
fn engines_ask_for_what_they_and_their_stacks_take() {
    let reports = engines();
    assert!(reports.len() > 400);
    let failures: Vec<_> = reports.into_iter().filter(|report| !report.holds()).collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

/// What they need is less than what a chip with 128 KiB of RAM has for them beside its stack and an engine.
#[test]
fn programs_with_large_functions_are_not_refused_for_holes() {
    const FREE: usize = 103_448;
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../boards/scenarios/programs/modules/page-1");
    for program in ["cbor", "deflate"] {
        let module = fs::read(folder.join(program).with_extension("wasm")).expect("it is there");
        let module = prepare(&module, &Options::new()).expect("it is valid");
        let Bound { load, entries, .. } = module.bound(Loading::default()).expect("there is heap");
        let needed = load.placed + load.largest / 16 + entries;
        assert!(needed <= FREE, "{program} needs {needed}");
    }
}
