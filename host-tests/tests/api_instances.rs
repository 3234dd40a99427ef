//! What instances leave behind when they fail, and what they show.

use vellum::{Caller, Error, Extern, Instance, Linker, PAGE_SIZE, PagePool, Store};
use vellum_host_tests::{engine, load};

#[test]
fn too_few_or_too_many_imports_reserve_no_pages() {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let engine = engine(&PAGES);
    let mut store = Store::new(&engine, ());
    let text = r#"(module (import "env" "f" (func)) (memory 4 4))"#;
    let module = load(&engine, text).expect("it is valid");
    let f = vellum::Func::wrap(&mut store, || {}).expect("there is room");
    for imports in [&[][..], &[f.into(), f.into()]] {
        let error = Instance::new(&mut store, &module, imports).expect_err("it can't link");
        let Error::ImportCount { expected: 1, found } = error else { panic!("{error:?}") };
        assert_eq!(found, imports.len());
        assert_eq!(PAGES.leased(), 0);
    }
    Instance::new(&mut store, &module, &[f.into()]).expect("it links");
}

#[test]
fn a_host_function_sees_the_exports_of_the_guest_alone() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let engine = engine(&PAGES);
    // Its start function and the offset of its data are exports that the runtime added.
    let text = r#"(module (import "env" "look" (func $look))
        (memory (export "vellum:1:memory") 1 1) (global i32 (i32.const 4))
        (func $start (call $look)) (start $start)
        (data (offset (i32.add (i32.const 1) (i32.const 2))) "x"))"#;
    let module = load(&engine, text).expect("it is valid");
    let mut linker = Linker::new(&engine);
    let look = |mut caller: Caller<'_, u32>| {
        let names = ["start", "0", "host"];
        let mut hidden = |name: &&str| caller.get_export(&format!("vellum:0:{name}")).is_some();
        let seen = names.iter().filter(|name| hidden(name)).count();
        let own = caller.get_export("vellum:1:memory").and_then(Extern::into_memory);
        *caller.data_mut() = seen as u32 + 10 * u32::from(own.is_some());
    };
    linker.func_wrap("env", "look", look).expect("it is the only one");
    let mut store = Store::new(&engine, 0);
    let instance = linker.instantiate(&mut store, &module).expect("it links");
    assert_eq!(*store.data(), 10);
    let names = instance.exports(&store).expect("it is this store's");
    assert_eq!(names.len(), 1);
}
