//! A pass that is built without its feature `threads` refuses what needs them.

#![cfg(not(feature = "threads"))]

use vellum_prepare::{Options, prepare_to_vec};

#[test]
fn the_pass_refuses_what_it_was_built_without() {
    let module = wat::parse_str("(module)").unwrap();
    let shared = wat::parse_str(r#"(module (import "m" "m" (memory 1 1 shared)))"#).unwrap();
    for (module, options) in [
        (&module, Options::new().threads(true)),
        (&module, Options::new().locked(vec![0])),
        (&shared, Options::new().lock_shared(true)),
    ] {
        let error = prepare_to_vec(module, &options).unwrap_err();
        assert!(error.to_string().contains("threads are left out"), "{error}");
    }
}
