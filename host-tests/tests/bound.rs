//! The bound of what modules take is never too low, and seldom much too high.

use vellum_host_tests::bound::compare;

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
