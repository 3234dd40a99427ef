//! Figures for admission.

use crate::modules::wasm;
use vellum_prepare::{Options, Sizes, prepare};

#[test]
fn count_what_the_module_declares() {
    let module = wasm(
        r#"(module
            (type (func)) (type (func (param i32)))
            (import "m" "f" (func (type 0))) (import "m" "g" (global i32))
            (import "m" "n" (memory 1))
            (memory 1) (table 10 funcref) (table 0xffffffff externref)
            (global i32 (i32.const 0))
            (func $a (export "a") (local i32 i32 i64)) (func (type 1) (local i32 i32))
            (func (drop (i64.const 0x1122334455667788)))
            (elem (i32.const 0) $a $a) (elem func $a) (elem declare funcref (ref.null func))
            (data "12345") (data (i32.const 0) "active") (data "67")
            (data (offset (global.get 0)) "computed")
            (start $a))"#,
    );
    let sizes = prepare(&module, &Options::new()).expect("a valid module").sizes;
    assert_eq!(
        sizes,
        Sizes {
            types: 2,
            imports: 3,
            functions: 3,
            tables: 2,
            table_elements: 10 + 0xffff_ffff,
            memories: 2,
            globals: 1,
            exports: 1,
            element_segments: 3,
            element_items: 4,
            data_segments: 4,
            code: 27,
            largest_body: 13,
            most_locals: 3,
        }
    );
}
