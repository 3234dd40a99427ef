//! Linking by name, and limits.

use vellum::{
    ConfigError, Error, Func, FuncType, Instance, Limit, Linker, Memory, MemoryType, ModuleLimits,
    PAGE_SIZE, PagePool, Store, StoreLimits, ValType,
};
use vellum_host_tests::{engine, engine_with, instance, load};

static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

#[test]
fn names_are_defined_once() {
    let mut store = Store::new(&engine(&PAGES), ());
    let mut linker = Linker::<()>::new(store.engine());
    linker.func_wrap("host", "f", || {}).expect("it is the only one");
    linker.func_wrap("host", "g", || {}).expect("it has another name");
    linker.func_wrap("other", "f", || {}).expect("it is of another module");
    let memory = Memory::new(&mut store, MemoryType::new(0, Some(0))).expect("it needs no page");
    let ty = FuncType::new([ValType::I32], []);
    let twice = [
        linker.func_wrap("host", "f", || {}).map(drop),
        linker.func_new("host", "f", ty, |_, _, _| Ok(())).map(drop),
        linker.define("host", "f", memory).map(drop),
    ];
    for error in twice {
        let Err(Error::DuplicateDefinition { module, name }) = error else { panic!("{error:?}") };
        assert_eq!((&*module, &*name), ("host", "f"));
    }
}

#[test]
fn what_is_missing_or_of_another_type_is_named() {
    let mut store = Store::new(&engine(&PAGES), ());
    let mut linker = Linker::new(store.engine());
    linker.func_wrap("host", "f", |_: i32| {}).expect("it is the only one");
    for (wanted, text) in [
        (r#"(import "host" "g" (func))"#, r#"unknown import: "host"."g""#),
        (r#"(import "" "f" (func))"#, r#"unknown import: ""."f""#),
        (
            r#"(import "host" "f" (func))"#,
            r#"incompatible import: "host"."f": another type is defined"#,
        ),
        (
            r#"(import "host" "f" (memory 0))"#,
            r#"incompatible import: "host"."f": another type is defined"#,
        ),
        (
            r#"(import "host" "f" (global i32))"#,
            r#"incompatible import: "host"."f": another type is defined"#,
        ),
        (
            r#"(import "host" "f" (table 0 funcref))"#,
            r#"incompatible import: "host"."f": another type is defined"#,
        ),
    ] {
        let module = load(store.engine(), &format!("(module {wanted})")).expect("it is valid");
        let error = linker.instantiate(&mut store, &module).expect_err("it can't link");
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn the_exports_of_an_instance_serve_another() {
    let mut store = Store::new(&engine(&PAGES), ());
    let library = r#"(module
        (memory (export "memory") 1 2) (global (export "global") (mut i32) (i32.const 5))
        (table (export "table") 1 funcref)
        (func (export "set") (param i32 i32) (i32.store8 (local.get 0) (local.get 1))))"#;
    let library = instance(&mut store, library).expect("it is valid");
    let mut linker = Linker::new(store.engine());
    linker.instance(&mut store, "library", library).expect("the names are free");
    let user = r#"(module
        (import "library" "set" (func $set (param i32 i32)))
        (import "library" "memory" (memory 1 2))
        (import "library" "global" (global (mut i32)))
        (import "library" "table" (table 1 funcref))
        (func (export "run") (result i32)
            (call $set (i32.const 3) (i32.const 37))
            (i32.add (global.get 0) (i32.load8_u (i32.const 3)))))"#;
    let module = load(store.engine(), user).expect("it is valid");
    let user = linker.instantiate(&mut store, &module).expect("it links");
    let run = user.get_typed_func::<(), i32>(&store, "run").expect("it is exported");
    assert_eq!(run.call(&mut store, ()).expect("it returns"), 42);
    assert!(linker.get(&mut store, "library", "memory").unwrap().is_some());
    assert!(linker.get(&mut store, "library", "nothing").unwrap().is_none());
    linker.instance(&mut store, "library", library).map(drop).expect_err("the names are taken");
}

/// Host functions of a linker serve any number of stores.
#[test]
fn one_linker_serves_many_stores() {
    let engine = engine(&PAGES);
    let mut linker = Linker::new(&engine);
    let count = |mut caller: vellum::Caller<'_, u32>, n: u32| {
        *caller.data_mut() += n;
        *caller.data()
    };
    linker.func_wrap("host", "count", count).expect("it is the only one");
    let text = r#"(module (import "host" "count" (func $count (param i32) (result i32)))
        (func (export "count") (param i32) (result i32) (call $count (local.get 0))))"#;
    let module = load(&engine, text).expect("it is valid");
    for first in [0, 100, 200] {
        let mut store = Store::new(&engine, first);
        let guest = linker.instantiate(&mut store, &module).expect("it links");
        let count = guest.get_typed_func::<u32, u32>(&store, "count").expect("it is exported");
        assert_eq!(count.call(&mut store, 3).expect("it returns"), first + 3);
        assert_eq!(count.call(&mut store, 4).expect("it returns"), first + 7);
    }
}

fn limit<T: std::fmt::Debug>(result: Result<T, Error>) -> (Limit, u64) {
    match result {
        Err(Error::LimitExceeded(exceeded)) => (exceeded.limit, exceeded.maximum),
        other => panic!("{other:?}"),
    }
}

#[test]
fn stores_hold_what_their_limits_allow() {
    let mut store = Store::new(&engine(&PAGES), ());
    store.set_limits(StoreLimits {
        pages: 3,
        table_elements: 10,
        instances: 4,
        // One for the instance that fails below.
        tables: 3,
        memories: 3,
    });
    assert_eq!(limit(Memory::new(&mut store, MemoryType::new(1, Some(4)))), (Limit::Pages, 3));
    assert_eq!(limit(instance(&mut store, "(module (memory 4))")), (Limit::Pages, 3));
    assert_eq!(
        limit(instance(&mut store, "(module (table 11 funcref))")),
        (Limit::TableElements, 10)
    );
    instance(&mut store, "(module (memory 1 1) (table 5 funcref))").expect("it is within limits");
    Memory::new(&mut store, MemoryType::new(1, Some(2))).expect("it is within limits");
    assert_eq!(limit(Memory::new(&mut store, MemoryType::new(0, Some(1)))), (Limit::Pages, 3));
    Memory::new(&mut store, MemoryType::new(0, Some(0))).expect("it is within limits");
    assert_eq!(limit(Memory::new(&mut store, MemoryType::new(0, Some(0)))), (Limit::Memories, 3));
    assert_eq!(PAGES.leased() % PAGE_SIZE, 0);
    let growing = r#"(module (table 1 funcref) (func (export "grow") (param i32) (result i32)
        (table.grow (ref.null func) (local.get 0))))"#;
    let guest = instance(&mut store, growing).expect("it is within limits");
    let grow = guest.get_typed_func::<i32, i32>(&store, "grow").expect("it is exported");
    assert_eq!(grow.call(&mut store, 10).expect("it returns"), -1);
    assert_eq!(grow.call(&mut store, 9).expect("it returns"), 1);
    assert_eq!(limit(instance(&mut store, "(module (table 1 funcref))")), (Limit::Tables, 3));
    let ty = vellum::TableType::new(vellum::RefType::Func, 1, None);
    let null = vellum::Ref::null(vellum::RefType::Func);
    assert_eq!(limit(vellum::Table::new(&mut store, ty, null)), (Limit::Tables, 3));
    let mut made = 0;
    let error = loop {
        match instance(&mut store, "(module)") {
            Ok(_) if made < 10 => made += 1,
            other => break other,
        }
    };
    assert_eq!(limit(error), (Limit::Instances, 4));
}

/// The pass appends a table, which the embedder did not ask for.
#[test]
fn a_limit_of_elements_does_not_count_helpers() {
    let mut store = Store::new(&engine(&PAGES), ());
    store.set_limits(StoreLimits { table_elements: 0, tables: 0, ..StoreLimits::default() });
    let text = r#"(module (memory 0) (data "x") (func (data.drop 0)))"#;
    instance(&mut store, text).expect("it has no table of its own");
}

#[test]
fn engines_refuse_large_modules() {
    let limits = ModuleLimits {
        module_bytes: 600,
        functions: 3,
        function_bytes: 100,
        locals: 4,
        globals: 2,
        types: 5,
        imports: 2,
        exports: 2,
        element_items: 3,
    };
    let engine = engine_with(&PAGES, |config| {
        config.module_limits(limits).memory_maximum(2);
    });
    let many = |text: &str, count: usize| format!("(module {})", text.repeat(count));
    for (text, expected) in [
        (many(r#"(memory 0) (data "twenty bytes of data")"#, 30), Limit::ModuleBytes),
        (many("(func)", 4), Limit::Functions),
        (format!("(module (func {}))", "(drop (i32.const 1))".repeat(50)), Limit::FunctionBytes),
        ("(module (func (local i32 i64 i32 i64 i32)))".to_owned(), Limit::Locals),
        (many("(global i32 (i32.const 0))", 3), Limit::Globals),
        (
            (0..6).fold("(module ".to_owned(), |text, n| {
                text + &format!("(type (func {}))", "(param i32)".repeat(n))
            }) + ")",
            Limit::Types,
        ),
        (many(r#"(import "" "" (func))"#, 3), Limit::Imports),
        (
            r#"(module (func) (export "a" (func 0)) (export "b" (func 0)) (export "c" (func 0)))"#
                .to_owned(),
            Limit::Exports,
        ),
        ("(module (func $f) (elem func $f $f $f $f))".to_owned(), Limit::ElementItems),
    ] {
        assert_eq!(limit(load(&engine, &text)).0, expected, "{text}");
    }
    load(&engine, "(module (func (local i32 i32 i32 i32)) (func) (func))").expect("it is within");
    let mut store = Store::new(&engine, ());
    assert_eq!(limit(instance(&mut store, "(module (memory 3))")), (Limit::MemoryMaximum, 2));
}

#[test]
fn modules_that_would_not_fit_the_heap_are_refused() {
    let engine = engine_with(&PAGES, |config| {
        config.heap_free(|| 100_000);
    });
    let body = "(local.set 0 (i32.add (local.get 0) (i32.const 1)))".repeat(5000);
    let large = format!("(module (func (local i32) {body}))");
    let error = load(&engine, &large).expect_err("it is large");
    let Error::OutOfHeap { needed, free: 100_000 } = error else { panic!("{error:?}") };
    assert!(needed > 100_000);
    let nested = format!("(module (func {}{}))", "block ".repeat(2000), "end ".repeat(2000));
    let error = load(&engine, &nested).expect_err("it is deep");
    let Error::OutOfHeap { needed, free: 100_000 } = error else { panic!("{error:?}") };
    assert!(needed > 2000 * 300);
    let empty = format!("(module (func {}))", "(drop (i32.const 1))".repeat(20_000));
    load(&engine, &empty).expect("no code comes of it");
    let flat = format!("(module (func {}))", "block end ".repeat(2000));
    load(&engine, &flat).expect("it is as long, but flat");
    let mut store = Store::new(&engine, ());
    store.set_limits(StoreLimits { table_elements: usize::MAX, ..StoreLimits::default() });
    let error = instance(&mut store, "(module (table 1000000 funcref))").expect_err("it is large");
    assert!(matches!(error, Error::OutOfHeap { free: 100_000, .. }), "{error:?}");
    instance(&mut store, "(module (table 1000 funcref))").expect("it fits");
}

#[test]
fn an_engine_that_could_run_nothing_is_refused() {
    let mut config = vellum::Config::new();
    config.page_pool(&PAGES).concurrent_calls(0);
    let refused = vellum::Engine::new(&config);
    assert!(matches!(refused, Err(Error::Config(ConfigError::ConcurrentCalls))));
    config.concurrent_calls(1).max_recursion_depth(0);
    let refused = vellum::Engine::new(&config);
    assert!(matches!(refused, Err(Error::Config(ConfigError::RecursionDepth))));
    config.max_recursion_depth(128).heap_free(|| 1000);
    // The stacks are allocated with the first instance.
    let engine = vellum::Engine::new(&config).expect("it allocates no stack yet");
    let mut linker = Linker::new(&engine);
    let mut store = Store::new(&engine, ());
    let module = vellum::Module::new(&engine, b"\0asm\x01\0\0\0");
    let result = module.and_then(|module| linker.instantiate(&mut store, &module));
    assert!(matches!(result, Err(Error::OutOfHeap { free: 1000, .. })), "{result:?}");
    linker.func_wrap("host", "f", || {}).expect("the linker is as it was");
}

#[test]
fn an_instance_with_nothing_imports_nothing() {
    let mut store = Store::new(&engine(&PAGES), ());
    let module = load(store.engine(), "(module)").expect("it is valid");
    Instance::new(&mut store, &module, &[]).expect("it links");
    let extra = Func::wrap(&mut store, || {}).unwrap();
    let error = Instance::new(&mut store, &module, &[extra.into()]).expect_err("one too many");
    assert!(matches!(error, Error::ImportCount { expected: 0, found: 1 }), "{error:?}");
}

/// What an instance imports is there already: it does not count again.
#[test]
fn imports_do_not_count_against_limits() {
    let mut store = Store::new(&engine(&PAGES), ());
    let limits = StoreLimits { tables: 1, memories: 2, ..StoreLimits::default() };
    store.set_limits(limits);
    let library = r#"(module (memory (export "memory") 1 1) (memory 1 1)
        (table (export "table") 1 funcref))"#;
    let library = instance(&mut store, library).expect("it is within limits");
    let mut linker = Linker::new(store.engine());
    linker.instance(&mut store, "library", library).expect("the names are free");
    let user = r#"(module (import "library" "memory" (memory 1))
        (import "library" "table" (table 1 funcref)))"#;
    let module = load(store.engine(), user).expect("it is valid");
    for _ in 0..3 {
        linker.instantiate(&mut store, &module).expect("it adds nothing");
    }
    assert_eq!(limit(instance(&mut store, "(module (memory 0 0))")), (Limit::Memories, 2));
    assert_eq!(limit(instance(&mut store, "(module (table 0 funcref))")), (Limit::Tables, 1));
}

fn names(linker: &Linker<()>, store: &mut Store<()>) -> Vec<String> {
    let all = linker.iter(store).expect("the store is in reach");
    all.map(|(module, name, value)| {
        let kind = if value.into_func().is_some() { "func" } else { "memory" };
        format!("{module}.{name}: {kind}")
    })
    .collect()
}

#[test]
fn a_name_has_other_names() {
    let mut store = Store::new(&engine(&PAGES), ());
    let mut linker = Linker::<()>::new(store.engine());
    let memory = Memory::new(&mut store, MemoryType::new(0, Some(0))).expect("it needs no page");
    linker.func_wrap("host", "f", || 7).expect("the name is free");
    linker.define("host", "m", memory).expect("the name is free");
    linker.alias("host", "f", "env", "g").expect("the name is free");
    linker.alias_module("host", "wasi").expect("the names are free");
    let all = ["host.f: func", "host.m: memory", "env.g: func", "wasi.f: func", "wasi.m: memory"];
    assert_eq!(names(&linker, &mut store), all);
    assert_eq!(linker.iter(&mut store).expect("the store is in reach").len(), 5);
    let error = linker.alias("host", "h", "env", "h").map(drop).expect_err("there is no such");
    assert_eq!(error.to_string(), r#"unknown import: "host"."h""#);
    let error = linker.alias("host", "f", "env", "g").map(drop).expect_err("the name is taken");
    assert!(matches!(error, Error::DuplicateDefinition { .. }));
    linker.alias_module("host", "wasi").map(drop).expect_err("the names are taken");
    linker.alias_module("nothing", "else").expect("there is nothing to define");
    let module = load(store.engine(), r#"(module (import "wasi" "f" (func (result i32))))"#);
    let module = module.expect("it is valid");
    let import = module.imports().next().expect("there is one");
    let found = linker.get_by_import(&mut store, &import).expect("the store is in reach");
    let func = found.and_then(vellum::Extern::into_func).expect("it is a function");
    let func = func.typed::<(), i32>(&store).expect("it is typed so");
    assert_eq!(func.call(&mut store, ()).expect("it returns"), 7);
}

#[test]
fn the_last_definition_counts_where_shadowing_is_allowed() {
    let mut store = Store::new(&engine(&PAGES), ());
    let mut linker = Linker::<()>::new(store.engine());
    linker.func_wrap("host", "f", || 1).expect("the name is free");
    let mut other = linker.clone();
    other.allow_shadowing(true).func_wrap("host", "f", || 2).expect("it may be defined again");
    let both = [&linker, &other].map(|linker| {
        let func = linker.get(&mut store, "host", "f").expect("the store is in reach");
        let func = func.and_then(vellum::Extern::into_func).expect("it is a function");
        func.typed::<(), i32>(&store).unwrap().call(&mut store, ()).expect("it returns")
    });
    assert_eq!(both, [1, 2]);
    assert_eq!(names(&other, &mut store), ["host.f: func"]);
    other.clone().func_wrap("host", "f", || 3).expect("a clone allows what its original does");
    other.allow_shadowing(false).func_wrap("host", "f", || 3).map(drop).expect_err("no more");
}

#[test]
fn functions_that_nobody_defines_trap() {
    let mut store = Store::new(&engine(&PAGES), ());
    let mut linker = Linker::<()>::new(store.engine());
    linker.func_wrap("host", "known", || 5).expect("the name is free");
    let text = r#"(module
        (import "host" "known" (func $known (result i32)))
        (import "host" "lost" (func $lost (param i64) (result i32)))
        (func (export "known") (result i32) (call $known))
        (func (export "lost") (result i32) (call $lost (i64.const 1))))"#;
    let module = load(store.engine(), text).expect("it is valid");
    linker.define_unknown_imports_as_traps(&module).expect("it is the engine's");
    let instance = linker.instantiate(&mut store, &module).expect("it links");
    let mut call = |name| {
        let func = instance.get_typed_func::<(), i32>(&store, name).expect("it is exported");
        func.call(&mut store, ())
    };
    assert_eq!(call("known").expect("it is defined"), 5);
    let error = call("lost").expect_err("it is not");
    assert_eq!(error.to_string(), r#"unknown import: "host"."lost""#);
    // Other kinds stay undefined.
    let text = r#"(module (import "host" "memory" (memory 0)))"#;
    let module = load(store.engine(), text).expect("it is valid");
    linker.define_unknown_imports_as_traps(&module).expect("it is the engine's");
    let error = linker.instantiate(&mut store, &module).expect_err("there is no memory");
    assert!(matches!(error, Error::UnknownImport { .. }));
    let foreign = load(&engine(&PAGES), "(module)").expect("it is valid");
    let error = linker.define_unknown_imports_as_traps(&foreign).expect_err("it is another's");
    assert!(matches!(error, Error::WrongEngine));
}
