//! What instances leave behind when they fail, and what they show.

use vellum::{
    Caller, Error, Extern, ExternType, Instance, Linker, MemoryType, Module, PAGE_SIZE, PagePool,
    Store,
};
use vellum_host_tests::{engine, engine_with, load};

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

/// What is required is what an instance then takes.
#[test]
fn resources_are_known_before_there_is_an_instance() {
    static PAGES: PagePool<[u8; 16 * PAGE_SIZE]> = PagePool::new();
    let engine = engine_with(&PAGES, |config| {
        config.memory_reserve(2).memory_maximum(4);
    });
    let page = PAGE_SIZE as u64;
    for (text, memories, most, initial, reserved) in [
        ("(module)", 0, None, 0, 0),
        (r#"(module (import "env" "memory" (memory 2 3)))"#, 0, None, 0, 0),
        ("(module (memory 1 3))", 1, Some(1), page, 3 * page),
        ("(module (memory 1 100) (memory 2))", 2, Some(2), 3 * page, 8 * page),
        ("(module (memory 100 3000 (pagesize 1)))", 1, Some(100), 100, 3000),
        ("(module (memory 5 6))", 1, Some(5), 5 * page, 5 * page),
    ] {
        let required = load(&engine, text).expect("it is valid").resources_required();
        let found = (required.num_memories, required.max_initial_memory_size);
        assert_eq!(found, (memories, most), "{text}");
        let found = (required.initial_memory_bytes, required.reserved_memory_bytes);
        assert_eq!(found, (initial, reserved), "{text}");
    }
    let text = "(module (memory 1 100) (memory 2) (table 3 funcref) (table 5 9 externref))";
    let module = load(&engine, text).expect("it is valid");
    let required = module.resources_required();
    assert_eq!((required.num_tables, required.table_elements), (2, 8));
    let empty = load(&engine, "(module)").expect("it is valid").resources_required();
    assert!(required.heap_bytes >= empty.heap_bytes && empty.heap_bytes > 0);
    let mut store = Store::new(&engine, ());
    Instance::new(&mut store, &module, &[]).expect("there is room");
    assert_eq!(store.reserved_bytes().expect("it is in reach"), required.reserved_memory_bytes);
    assert_eq!(store.memory_bytes().expect("it is in reach"), required.initial_memory_bytes);
}

#[test]
fn modules_are_validated_without_being_kept() {
    static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    let engine = engine(&PAGES);
    let text = r#"(module (memory (export "memory") 1 2) (func (export "f") (param i32)))"#;
    let bytes = wat::parse_str(text).expect("the text is a module");
    Module::validate(&engine, &bytes).expect("it is valid");
    let module = Module::new(&engine, bytes.clone()).expect("it is valid");
    let memory = Some(ExternType::Memory(MemoryType::new(1, Some(2))));
    assert_eq!(module.get_export("memory"), memory);
    assert!(matches!(module.get_export("f"), Some(ExternType::Func(_))));
    assert_eq!(module.get_export("g"), None);
    // Each prefix is as invalid as when it is loaded.
    for length in 0..bytes.len() {
        let prefix = &bytes[..length];
        let both =
            [Module::validate(&engine, prefix).err(), Module::new(&engine, prefix.to_vec()).err()];
        let [validated, loaded] = both.map(|error| error.map(|error| error.to_string()));
        assert_eq!(validated, loaded, "{length}");
    }
    let text = "(module (memory 1) (func (drop (i64.add (i32.const 1) (i64.const 1)))))";
    let wrong = wat::parse_str(text).expect("the text is a module");
    let error = Module::validate(&engine, &wrong).expect_err("a type is wrong").to_string();
    assert_eq!(error, Module::new(&engine, wrong).expect_err("a type is wrong").to_string());
    assert!(error.starts_with("invalid module: byte "), "{error}");
}

/// A segment without bytes is in none of those that are kept.
#[test]
fn empty_data_segments_are_written() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    for text in ["(module (memory 1 1) (data (i32.const 9) \"\"))", "(module (memory (data)))"] {
        let module = load(store.engine(), text).expect("it is valid");
        Instance::new(&mut store, &module, &[]).expect("nothing is out of bounds");
        store = Store::new(store.engine(), ());
    }
}

/// The interpreter sorts exports by name; the embedder sees them as the module has them.
#[test]
fn exports_keep_the_order_of_the_module() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let engine = engine(&PAGES);
    for count in [1, 2, 3, 10, 300] {
        // Odd multipliers give orders that differ from that of the names and from its reverse.
        for factor in [1, 7, 11, 299] {
            let names: Vec<_> = (0..count).map(|i| format!("f{}", i * factor % 307)).collect();
            let exports = names.iter().map(|name| format!(r#"(export "{name}" (func $f))"#));
            let hidden = r#"(start $f) (memory 1)
                (data (offset (i32.add (i32.const 1) (i32.const 1))) "x")"#;
            let text = format!("(module (func $f) {} {hidden})", exports.collect::<String>());
            let module = load(&engine, &text).expect("it is valid");
            let found: Vec<_> = module.exports().map(|export| export.name().to_owned()).collect();
            assert_eq!(found, names);
            let mut store = Store::new(&engine, ());
            let instance = Instance::new(&mut store, &module, &[]).expect("it has no imports");
            let exports = instance.exports(&store).expect("it is this store's");
            assert!(exports.iter().map(|export| export.name()).eq(&names));
        }
    }
}
