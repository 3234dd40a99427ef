//! The bound of an instance whose start function is translated when it is called.

use vellum_prepare::{InstanceBound, Loading, Options, prepare};

const STARTS: &str = r#"(module
    (import "env" "log" (func))
    (func $large (drop (i32.const 1)) (call 0) (call 0) (call 0))
    (func $start (local i64) (local.set 0 (i64.const 1)) (call 0))
    (start $start))"#;

fn instance(text: &str, loading: Loading) -> [InstanceBound; 2] {
    let module = wat::parse_str(text).unwrap();
    let module = prepare(&module, &Options::new()).unwrap();
    let coarse = module.bound_for(loading, &|_| true).unwrap().instance;
    let near = module.bound(loading).unwrap().instance;
    assert!(near.instance.peak <= coarse.instance.peak && near.imports == coarse.imports);
    [near, module.instance_bound().unwrap()]
}

#[test]
fn translating_a_start_function_is_part_of_an_instance() {
    let lazy = Loading { translates: false, ..Loading::default() };
    let [started, made] = instance(STARTS, lazy);
    assert!(started.instance.kept > made.instance.kept);
    assert!(started.instance.placed > made.instance.placed);
    let [started, made] = instance(STARTS, Loading::default());
    assert_eq!(started, made);
}

#[test]
fn nothing_is_translated_for_a_start_function_that_is_imported() {
    let lazy = Loading { translates: false, ..Loading::default() };
    for text in [
        r#"(module (import "env" "start" (func)) (func) (start 0))"#,
        "(module (func (drop (i32.const 1))))",
    ] {
        let [started, made] = instance(text, lazy);
        assert_eq!(started, made, "{text}");
    }
}
