//! Active data goes from the module's bytes to pages.

use crate::counting::measure;
use std::fmt::Write;
use vellum::{Linker, Module, PAGE_SIZE, PagePool, Store};
use vellum_host_tests::engine;
use vellum_prepare::{Options, prepare_to_vec};

const SEGMENT: usize = 20_000;

/// A module with 60,000 bytes of active data in three segments, one at a computed offset.
fn module() -> &'static [u8] {
    let data = |byte: char| byte.to_string().repeat(SEGMENT);
    let mut text = String::from(r#"(module (memory (export "memory") 1)"#);
    let at = |text: &mut String, offset: &str, byte| {
        writeln!(text, r#"(data (offset {offset}) "{}")"#, data(byte)).expect("it is a string");
    };
    at(&mut text, "(i32.const 0)", 'a');
    at(&mut text, "(i32.const 20000)", 'b');
    at(&mut text, "(i32.add (i32.const 20000) (i32.const 20000))", 'c');
    Box::leak(wat::parse_str(text + ")").expect("the text is valid").into_boxed_slice())
}

fn check(module: &'static [u8], pages: &'static PagePool) {
    let engine = engine(pages);
    let mut store = Store::new(&engine, ());
    let linker = Linker::new(&engine);
    // The first instance of an engine has its stacks allocated.
    vellum_host_tests::instance(&mut store, "(module)").expect("it is valid");
    let (instance, taken) = measure(|| {
        let module = Module::new(&engine, module)?;
        linker.instantiate(&mut store, &module)
    });
    let memory = instance.and_then(|instance| instance.get_memory(&store, "memory"));
    let bytes = memory.expect("it is exported").data(&store).expect("it is this store's");
    assert!(bytes[..SEGMENT].iter().all(|byte| *byte == b'a'));
    assert!(bytes[SEGMENT..2 * SEGMENT].iter().all(|byte| *byte == b'b'));
    assert!(bytes[2 * SEGMENT..3 * SEGMENT].iter().all(|byte| *byte == b'c'));
    assert!(bytes[3 * SEGMENT..].iter().all(|byte| *byte == 0));
    assert!(taken.peak < 8192, "{taken:?}");
}

#[test]
fn active_data_never_goes_to_the_heap() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    check(module(), &PAGES);
}

#[test]
fn nor_does_that_of_a_module_prepared_ahead_of_time() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let prepared = prepare_to_vec(module(), &Options::new()).expect("the module is valid");
    check(Box::leak(prepared.into_boxed_slice()), &PAGES);
}
