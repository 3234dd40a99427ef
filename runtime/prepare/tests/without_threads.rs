//! A pass that is built without its feature `threads` refuses what needs them.

#![cfg(not(feature = "threads"))]

use vellum_prepare::{Options, prepare_to_vec};

#[test]
fn the_pass_refuses_what_it_was_built_without() {
    let module = wat::parse_str("(module)").unwrap();
    for options in [Options::new().threads(true), Options::new().locked(vec![0])] {
        let error = prepare_to_vec(&module, &options).unwrap_err();
        assert!(error.to_string().contains("threads are left out"), "{error}");
    }
}
