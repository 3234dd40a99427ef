//! The bound of what modules take is never too low, and seldom much too high.

use vellum_host_tests::bound::{compare, engines, starting};

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

/// The start functions of lazy engines translate what they call. What is asked for is the bound with what
/// an allocator adds.
#[test]
fn the_bound_of_an_instance_holds_its_start_function() {
    let summary = starting(11, 60);
    let is_admitted = |failure: &&String| failure.contains(": instance placed");
    let failures: Vec<_> = summary.failures.iter().filter(is_admitted).collect();
    assert!(failures.is_empty(), "{failures:#?}");
    let ratios = &summary.ratios[&("instance", "all".to_owned())];
    assert!(ratios.count() > 200 && ratios.quantile(0.5) <= 1.2, "{ratios}");
}

#[test]
fn engines_ask_for_what_they_and_their_stacks_take() {
    let reports = engines();
    assert!(reports.len() > 400);
    let failures: Vec<_> = reports.into_iter().filter(|report| !report.holds()).collect();
    assert!(failures.is_empty(), "{failures:#?}");
}
