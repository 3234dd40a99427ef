//! One test for each way in which the interpreter is known to go wrong.

use vellum::{
    Config, ConfigError, Engine, Error, Extern, ExternType, ImportMismatch, Instance, Linker,
    Memory, MemoryError, MemoryType, PAGE_SIZE, PagePool, Store, Trap,
};
use vellum_host_tests::{engine, engine_with, instance, load};

/// Growing past a static buffer aborts the interpreter: its type must not allow it.
#[test]
fn growth_past_the_reserved_pages_is_refused() {
    static PAGES: PagePool<[u8; 8 * PAGE_SIZE]> = PagePool::new();
    let engine = engine_with(&PAGES, |config| {
        config.memory_maximum(3).memory_reserve(1);
    });
    let mut store = Store::new(&engine, ());
    let text = r#"(module
        (memory $declared (export "declared") 1 100)
        (memory $open (export "open") 1)
        (func (export "grow declared") (param i32) (result i32)
            (memory.grow $declared (local.get 0)))
        (func (export "grow open") (param i32) (result i32) (memory.grow $open (local.get 0))))"#;
    let instance = instance(&mut store, text).expect("the guest is valid");
    for (name, capacity) in [("declared", 3), ("open", 2)] {
        let memory = instance.get_memory(&store, name).expect("it is exported");
        let grow = instance.get_typed_func::<i32, i32>(&store, &format!("grow {name}"));
        let grow = grow.expect("it is exported");
        for delta in [capacity, 100, 65_535, i32::MAX, -1] {
            assert_eq!(grow.call(&mut store, delta).expect("it returns"), -1, "{name} by {delta}");
        }
        for delta in [capacity as u64, 100, u32::MAX.into(), u64::MAX] {
            let error = memory.grow(&mut store, delta).expect_err("there is no room");
            assert!(matches!(error, Error::Memory(_)), "{name} by {delta}: {error:?}");
        }
        assert_eq!(memory.size(&store).expect("it is this store's"), 1);
        assert_eq!(grow.call(&mut store, capacity - 1).expect("it returns"), 1);
        assert_eq!(grow.call(&mut store, 1).expect("it returns"), -1);
        assert_eq!(grow.call(&mut store, 0).expect("it returns"), capacity);
        memory.write(&mut store, capacity as usize * PAGE_SIZE - 1, &[1]).expect("it is in bounds");
    }
}

#[test]
fn growth_past_the_reserve_names_the_reserve() {
    static PAGES: PagePool<[u8; 8 * PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let open = Memory::new(&mut store, MemoryType::new(1, None)).expect("there is room");
    let error = open.grow(&mut store, 1).expect_err("nothing is reserved");
    let expected = MemoryError::PastLease { size: 1, delta: 1, capacity: 1 };
    assert!(matches!(error, Error::Memory(error) if error == expected), "{error:?}");
    let closed = Memory::new(&mut store, MemoryType::new(1, Some(2))).expect("there is room");
    let error = closed.grow(&mut store, 2).expect_err("it is past the maximum");
    let expected = MemoryError::PastMaximum { size: 1, delta: 2, maximum: 2 };
    assert!(matches!(error, Error::Memory(error) if error == expected), "{error:?}");
}

/// The pages outlive the interpreter's hold on them, and the next owner sees none of their bytes.
#[test]
fn a_dropped_store_returns_its_pages_and_its_successor_sees_zeros() {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let engine = engine(&PAGES);
    for round in 0..20 {
        let mut store = Store::new(&engine, ());
        let made = Memory::new(&mut store, MemoryType::new(1, Some(2))).expect("there is room");
        let guest = instance(&mut store, r#"(module (memory (export "m") 2 2))"#).expect("it fits");
        let defined = guest.get_memory(&store, "m").expect("it is exported");
        assert_eq!((PAGES.free(), store.reserved_bytes().unwrap()), (0, 4 * PAGE_SIZE as u64));
        made.grow(&mut store, 1).expect("the pages are reserved");
        for memory in [made, defined] {
            let bytes = memory.data_mut(&mut store).expect("it is this store's");
            assert!(bytes.len() == 2 * PAGE_SIZE && bytes.iter().all(|byte| *byte == 0), "{round}");
            bytes.fill(0xa5);
        }
        drop(store);
        assert_eq!(PAGES.leased(), 0);
    }
}

#[test]
fn a_failed_instantiation_returns_its_pages_with_the_store() {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let engine = engine(&PAGES);
    for text in [
        "(module (memory 1) (memory 2) (func $f unreachable) (start $f))",
        r#"(module (memory 4) (data (i32.const -1) "x"))"#,
        "(module (memory 2) (memory 3))",
        r#"(module (import "no" "body" (func)) (memory 1))"#,
        "(module (memory 1) (table 1000000 funcref))",
    ] {
        let mut store = Store::new(&engine, ());
        instance(&mut store, text).map(drop).expect_err(text);
        drop(store);
        assert_eq!(PAGES.leased(), 0, "{text}");
    }
}

/// Two memories of which the second does not fit reserve nothing.
#[test]
fn memories_that_do_not_all_fit_reserve_nothing() {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let error = instance(&mut store, "(module (memory 2) (memory 3))").expect_err("5 pages of 4");
    assert!(matches!(error, Error::OutOfPages(_)), "{error:?}");
    assert_eq!(PAGES.leased(), 0);
    instance(&mut store, "(module (memory 4))").expect("they are all free");
}

/// What was written before a segment out of bounds stays, as the specification says.
#[test]
fn segments_before_the_one_out_of_bounds_are_written() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let engine = engine(&PAGES);
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1))).expect("there is room");
    let text = r#"(module (import "" "" (memory 1))
        (data (i32.const 0) "first") (data (i32.const 65534) "second") (data (i32.const 8) "third"))"#;
    let module = load(&engine, text).expect("it is valid");
    let error = Instance::new(&mut store, &module, &[memory.into()]).expect_err("out of bounds");
    assert!(matches!(error, Error::Trap(Trap::MemoryOutOfBounds)), "{error:?}");
    assert_eq!(memory.slice(&store, 0..16).expect("in bounds"), b"first\0\0\0\0\0\0\0\0\0\0\0");
}

#[test]
fn types_that_contradict_themselves_are_errors() {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    for ty in [
        MemoryType::new(2, Some(1)),
        MemoryType::new(65_537, None),
        MemoryType::new(0, Some(65_537)),
        MemoryType::new64(u64::MAX, None),
    ] {
        let error = Memory::new(&mut store, ty).expect_err("it is not valid");
        assert!(matches!(error, Error::Memory(MemoryError::Type(_))), "{ty:?}: {error:?}");
    }
    let ty = vellum::TableType::new(vellum::RefType::Func, 2, Some(1));
    let null = vellum::Ref::null(vellum::RefType::Func);
    let error = vellum::Table::new(&mut store, ty, null).expect_err("it is not valid");
    assert!(matches!(error, Error::WrongType), "{error:?}");
}

#[test]
fn fuel_without_counting_is_an_error() {
    let engine = Engine::new(&Config::new()).expect("the configuration is valid");
    let mut store = Store::new(&engine, ());
    assert!(matches!(store.set_fuel(1), Err(Error::Config(ConfigError::Fuel))));
    assert!(matches!(store.get_fuel(), Err(Error::Config(ConfigError::Fuel))));
}

#[test]
fn an_engine_without_a_pool_runs_what_needs_no_pages() {
    let engine = Engine::new(&Config::new()).expect("the configuration is valid");
    let mut store = Store::new(&engine, ());
    let error = Memory::new(&mut store, MemoryType::new(1, None)).expect_err("there is no pool");
    assert!(matches!(error, Error::Config(ConfigError::PagePool)), "{error:?}");
    let empty = Memory::new(&mut store, MemoryType::new(0, Some(0))).expect("it needs no page");
    assert_eq!(empty.data_size(&store).expect("it is this store's"), 0);
    let guest = r#"(module (func (export "f") (result i32) (i32.const 42)))"#;
    let guest = instance(&mut store, guest).expect("it needs no page");
    let f = guest.get_typed_func::<(), i32>(&store, "f").expect("it is exported");
    assert_eq!(f.call(&mut store, ()).expect("it returns"), 42);
}

/// Several memories that can never have a byte are told apart.
#[test]
fn empty_memories_are_told_apart() {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let text = r#"(module
        (memory (export "a") 0 0) (memory (export "b") 0 1) (memory (export "c") 0))"#;
    let guest = instance(&mut store, text).expect("it is valid");
    for (name, maximum) in [("a", Some(0)), ("b", Some(1)), ("c", None)] {
        let memory = guest.get_memory(&store, name).expect("it is exported");
        assert_eq!(memory.ty(&store).expect("it is this store's").maximum(), maximum, "{name}");
        assert!(memory.data(&store).expect("it is this store's").is_empty());
    }
}

/// The interpreter sees the reserved pages as a memory's maximum; imports match by declared types.
#[test]
fn imports_match_by_declared_types() {
    static PAGES: PagePool<[u8; 16 * PAGE_SIZE]> = PagePool::new();
    let engine = engine_with(&PAGES, |config| {
        config.memory_maximum(2);
    });
    let mut store = Store::new(&engine, ());
    let open = Memory::new(&mut store, MemoryType::new(1, None)).expect("there is room");
    let wide = Memory::new(&mut store, MemoryType::new(1, Some(10))).expect("there is room");
    let grown = Memory::new(&mut store, MemoryType::new(0, Some(2))).expect("there is room");
    grown.grow(&mut store, 1).expect("there is room");
    for (memory, wanted, links) in [
        (open, "1", true),
        (open, "1 10", false),
        (wide, "1", true),
        (wide, "1 10", true),
        (wide, "1 5", false),
        (wide, "2 10", false),
        (grown, "1 2", true),
        (grown, "2 2", false),
    ] {
        let text = format!(r#"(module (import "host" "memory" (memory {wanted})))"#);
        let mut linker = Linker::new(&engine);
        linker.define("host", "memory", memory).expect("it is the only one");
        let module = load(&engine, &text).expect("it is valid");
        match (linker.instantiate(&mut store, &module), links) {
            (Ok(_), true) => {}
            (Err(Error::IncompatibleImport { module, name, mismatch }), false) => {
                assert_eq!((&*module, &*name), ("host", "memory"));
                assert_eq!(mismatch, ImportMismatch::Type);
            }
            (other, _) => panic!("{wanted}: {other:?}"),
        }
    }
}

#[test]
fn modules_and_instances_show_declared_types() {
    static PAGES: PagePool<[u8; 16 * PAGE_SIZE]> = PagePool::new();
    let engine = engine_with(&PAGES, |config| {
        config.memory_maximum(2).memory_reserve(1);
    });
    let text = r#"(module
        (import "host" "imported" (memory 1 50))
        (memory (export "wide") 1 100) (memory (export "open") 1)
        (memory (export "bytes") 10 20 (pagesize 1))
        (export "imported" (memory 0))
        (func $start) (start $start) (data (offset (i32.add (i32.const 1) (i32.const 2))) "x"))"#;
    let module = load(&engine, text).expect("it is valid");
    let bytes = MemoryType::builder().min(10).max(Some(20)).page_size_log2(0).build();
    let expected = [
        ("wide", MemoryType::new(1, Some(100))),
        ("open", MemoryType::new(1, None)),
        ("bytes", bytes.expect("it is valid")),
        ("imported", MemoryType::new(1, Some(50))),
    ];
    let names: Vec<_> = module.exports().map(|export| export.name().to_owned()).collect();
    assert_eq!(names.len(), expected.len(), "{names:?}");
    let mut store = Store::new(&engine, ());
    let given = Memory::new(&mut store, MemoryType::new(1, Some(50))).expect("there is room");
    let instance = Instance::new(&mut store, &module, &[given.into()]).expect("it links");
    for (name, ty) in expected {
        let export = module.exports().find(|export| export.name() == name).expect(name);
        assert_eq!(*export.ty(), ExternType::Memory(ty), "{name}");
        let memory = instance.get_memory(&store, name).expect("it is exported");
        assert_eq!(memory.ty(&store).expect("it is this store's"), ty, "{name}");
        let value = Extern::from(memory);
        assert_eq!(value.ty(&store).expect("it is this store's"), ExternType::Memory(ty), "{name}");
    }
}

/// The interpreter sorts imports by kind; the embedder sees them as the module has them.
#[test]
fn imports_keep_the_order_of_the_module() {
    static PAGES: PagePool<[u8; 16 * PAGE_SIZE]> = PagePool::new();
    let engine = engine(&PAGES);
    let text = r#"(module
        (import "a" "global" (global i32)) (import "b" "memory" (memory 1))
        (import "c" "func" (func (result i32))) (import "d" "table" (table 1 funcref))
        (import "e" "global" (global i64)) (import "f" "func" (func (result i64)))
        (memory $own 1) (data (memory $own) (offset (global.get 0)) "own")
        (func (export "sum") (result i64)
            (i64.add (i64.add (global.get 1) (call 1))
                (i64.extend_i32_u (i32.add (call 0) (i32.load8_u $own (global.get 0)))))))"#;
    let module = load(&engine, text).expect("it is valid");
    let names: Vec<_> = module.imports().map(|import| import.module().to_owned()).collect();
    assert_eq!(names, ["a", "b", "c", "d", "e", "f"]);
    let mut store = Store::new(&engine, ());
    let constant = vellum::Mutability::Const;
    let table = vellum::TableType::new(vellum::RefType::Func, 1, None);
    let null = vellum::Ref::null(vellum::RefType::Func);
    let imports: [Extern; 6] = [
        vellum::Global::new(&mut store, vellum::Val::I32(7), constant).expect("it is valid").into(),
        Memory::new(&mut store, MemoryType::new(1, None)).expect("there is room").into(),
        vellum::Func::wrap(&mut store, || 100_i32).unwrap().into(),
        vellum::Table::new(&mut store, table, null).expect("it is valid").into(),
        vellum::Global::new(&mut store, vellum::Val::I64(1000), constant)
            .expect("it is valid")
            .into(),
        vellum::Func::wrap(&mut store, || 10_000_i64).unwrap().into(),
    ];
    let instance = Instance::new(&mut store, &module, &imports).expect("it links");
    let sum = instance.get_typed_func::<(), i64>(&store, "sum").expect("it is exported");
    assert_eq!(sum.call(&mut store, ()).expect("it returns"), 11_100 + i64::from(b'o'));
    for wrong in [&imports[..5], &imports[1..], &[]] {
        let error = Instance::new(&mut store, &module, wrong).expect_err("it can't link");
        assert!(matches!(error, Error::ImportCount { expected: 6, .. }), "{error:?}");
    }
}
