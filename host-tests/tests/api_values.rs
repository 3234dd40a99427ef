//! Globals, tables and references.

use vellum::{
    Error, ExternRef, ExternType, Func, Global, GlobalType, Instance, Linker, Mutability,
    PAGE_SIZE, PagePool, Ref, RefType, Store, Table, TableType, Val, ValType,
};
use vellum_host_tests::{engine, instance, load};

static PAGES: PagePool<[u8; 8 * PAGE_SIZE]> = PagePool::new();

#[test]
fn globals_are_shared_with_guests() {
    let mut store = Store::new(&engine(&PAGES), ());
    let text = r#"(module
        (import "host" "counter" (global $counter (mut i64)))
        (import "host" "step" (global $step f32))
        (global (export "constant") f64 (f64.const 2.5))
        (func (export "count") (global.set $counter
            (i64.add (global.get $counter) (i64.trunc_f32_s (global.get $step))))))"#;
    let counter = Global::new(&mut store, Val::I64(40), Mutability::Var).expect("it is valid");
    let step = Global::new(&mut store, Val::from(2.0_f32), Mutability::Const).expect("it is valid");
    let module = load(store.engine(), text).expect("it is valid");
    let imports = [counter.into(), step.into()];
    let guest = Instance::new(&mut store, &module, &imports).expect("it links");
    let count = guest.get_typed_func::<(), ()>(&store, "count").expect("it is exported");
    count.call(&mut store, ()).expect("it returns");
    assert_eq!(counter.get(&store).expect("it is this store's").i64(), Some(42));
    counter.set(&mut store, Val::I64(-2)).expect("it is mutable");
    count.call(&mut store, ()).expect("it returns");
    assert_eq!(counter.get(&store).expect("it is this store's").i64(), Some(0));
    assert_eq!(
        counter.ty(&store).expect("it is this store's"),
        GlobalType::new(ValType::I64, Mutability::Var)
    );
    let constant = guest.get_global(&store, "constant").expect("it is exported");
    assert_eq!(constant.get(&store).expect("it is this store's").f64(), Some(2.5));
    let error = counter.set(&mut store, Val::I32(1)).expect_err("it has another type");
    assert!(matches!(error, Error::WrongType), "{error:?}");
    for error in
        [constant.set(&mut store, Val::from(1.0_f64)), step.set(&mut store, Val::from(1.0_f32))]
    {
        let error = error.expect_err("it is not mutable");
        assert!(matches!(error, Error::ImmutableGlobal), "{error:?}");
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (vellum::ErrorKind::Usage, "immutable global: it can't be changed",)
        );
    }
}

/// NaNs keep their bits on the way through a guest.
#[test]
fn floats_keep_their_bits() {
    let mut store = Store::new(&engine(&PAGES), ());
    let text = r#"(module
        (func (export "f32") (param f32) (result f32) (local.get 0))
        (func (export "f64") (param f64) (result f64) (local.get 0)))"#;
    let guest = instance(&mut store, text).expect("it is valid");
    let mut result = [Val::I32(0)];
    for bits in [0x7fc0_0000, 0xffa0_0001, 0x8000_0000, 1] {
        let same = guest.get_func(&store, "f32").expect("it is exported");
        same.call(&mut store, &[Val::F32(bits)], &mut result).expect("it returns");
        assert!(matches!(result, [Val::F32(found)] if found == bits), "{result:?}");
    }
    for bits in [0x7ff8_0000_0000_0000, 0xfff4_0000_0000_0001, 1 << 63] {
        let same = guest.get_func(&store, "f64").expect("it is exported");
        same.call(&mut store, &[Val::F64(bits)], &mut result).expect("it returns");
        assert!(matches!(result, [Val::F64(found)] if found == bits), "{result:?}");
    }
}

#[test]
fn tables_hold_functions_for_guests() {
    let mut store = Store::new(&engine(&PAGES), ());
    let text = r#"(module
        (table (export "table") 2 4 funcref)
        (func $seven (result i32) (i32.const 7))
        (elem (i32.const 0) $seven)
        (func (export "call") (param i32) (result i32)
            (call_indirect (result i32) (local.get 0)))
        (func (export "grow") (param i32) (result i32)
            (table.grow (ref.null func) (local.get 0))))"#;
    let guest = instance(&mut store, text).expect("it is valid");
    let table = guest.get_table(&store, "table").expect("it is exported");
    let call = guest.get_typed_func::<u32, i32>(&store, "call").expect("it is exported");
    assert_eq!(call.call(&mut store, 0).expect("it returns"), 7);
    let texts = |index, store: &mut _| call.call(store, index).expect_err("it traps").to_string();
    assert_eq!(texts(1, &mut store), "uninitialized element");
    assert_eq!(texts(2, &mut store), "out of bounds table access");
    let host = Func::wrap(&mut store, || 8_i32).unwrap();
    let other = Func::wrap(&mut store, || 8_i64).unwrap();
    table.set(&mut store, 1, Ref::Func(Some(host))).expect("it is in bounds");
    assert_eq!(call.call(&mut store, 1).expect("it returns"), 8);
    table.set(&mut store, 1, Ref::Func(Some(other))).expect("it is in bounds");
    assert_eq!(texts(1, &mut store), "indirect call type mismatch");
    assert_eq!(table.grow(&mut store, 1, Ref::Func(Some(host))).expect("there is room"), 2);
    assert_eq!(call.call(&mut store, 2).expect("it returns"), 8);
    let grow = guest.get_typed_func::<u32, i32>(&store, "grow").expect("it is exported");
    assert_eq!(grow.call(&mut store, 2).expect("it returns"), -1);
    assert_eq!(grow.call(&mut store, 1).expect("it returns"), 3);
    assert_eq!(table.size(&store).expect("it is this store's"), 4);
    assert!(matches!(table.get(&store, 3), Ok(Some(Ref::Func(None)))));
    assert!(matches!(table.get(&store, 0), Ok(Some(Ref::Func(Some(_))))));
    assert!(matches!(table.get(&store, 4), Ok(None)));
    let past = [
        table.set(&mut store, 4, Ref::Func(None)),
        table.grow(&mut store, 1, Ref::Func(None)).map(drop),
        table.grow(&mut store, u64::MAX, Ref::Func(None)).map(drop),
    ];
    for error in past {
        assert!(matches!(error, Err(Error::TableOutOfBounds)), "{error:?}");
    }
    let wrong = [
        table.set(&mut store, 0, Ref::Extern(None)),
        table.grow(&mut store, 0, Ref::Extern(None)).map(drop),
    ];
    for error in wrong {
        assert!(matches!(error, Err(Error::WrongType)), "{error:?}");
    }
    let ty = TableType::new(RefType::Func, 2, Some(4));
    let export = guest.get_export(&store, "table").expect("it is this store's");
    let export = export.expect("it is exported").ty(&store).expect("it is this store's");
    assert!(matches!(export, ExternType::Table(ty) if ty.maximum() == Some(4)));
    assert_eq!(ty.element(), table.ty(&store).expect("it is this store's").element());
}

#[test]
fn tables_made_by_the_host() {
    let mut store = Store::new(&engine(&PAGES), ());
    let host = Func::wrap(&mut store, |n: i32| n + 1).unwrap();
    let ty = TableType::new(RefType::Func, 3, None);
    let table = Table::new(&mut store, ty, Ref::Func(Some(host))).expect("there is room");
    let text = r#"(module (import "host" "table" (table 3 funcref))
        (func (export "call") (param i32) (result i32)
            (call_indirect (param i32) (result i32) (local.get 0) (i32.const 2))))"#;
    let module = load(store.engine(), text).expect("it is valid");
    let mut linker = Linker::new(store.engine());
    linker.define("host", "table", table).expect("it is the only one");
    let guest = linker.instantiate(&mut store, &module).expect("it links");
    let call = guest.get_typed_func::<i32, i32>(&store, "call").expect("it is exported");
    assert_eq!(call.call(&mut store, 41).expect("it returns"), 42);
    let wrong = Table::new(&mut store, ty, Ref::Extern(None)).expect_err("it holds functions");
    assert!(matches!(wrong, Error::WrongType | Error::Trap(_)), "{wrong:?}");
    assert!(matches!(wrong, Error::WrongType), "{wrong:?}");
}

#[test]
fn references_to_values_of_the_host() {
    let mut store = Store::new(&engine(&PAGES), ());
    let text = r#"(module (table $kept 1 externref)
        (func (export "keep") (param externref) (result externref)
            (table.set $kept (i32.const 0) (local.get 0))
            (table.get $kept (i32.const 0)))
        (func (export "is null") (param externref) (result i32) (ref.is_null (local.get 0)))
        (func $own (export "own") (result funcref) (ref.func $own)))"#;
    let guest = instance(&mut store, text).expect("it is valid");
    let value = ExternRef::new(&mut store, String::from("of the host")).unwrap();
    let keep = guest.get_func(&store, "keep").expect("it is exported");
    let mut result = [Val::I32(0)];
    keep.call(&mut store, &[Val::ExternRef(Some(value))], &mut result).expect("it returns");
    let [Val::ExternRef(Some(kept))] = result else { panic!("{result:?}") };
    let data = kept.data(&store).expect("it is this store's");
    assert_eq!(data.downcast_ref::<String>().map(String::as_str), Some("of the host"));
    keep.call(&mut store, &[Val::ExternRef(None)], &mut result).expect("it returns");
    assert!(matches!(result, [Val::ExternRef(None)]));
    let is_null = guest.get_func(&store, "is null").expect("it is exported");
    is_null.call(&mut store, &[Val::ExternRef(None)], &mut result).expect("it returns");
    assert_eq!(result[0].i32(), Some(1));
    let own = guest.get_func(&store, "own").expect("it is exported");
    own.call(&mut store, &[], &mut result).expect("it returns");
    let [Val::FuncRef(Some(own))] = result else { panic!("{result:?}") };
    assert_eq!(own.ty(&store).expect("it is this store's").results(), [ValType::FUNCREF]);
}

#[test]
fn elements_are_filled_and_copied() {
    let mut store = Store::new(&engine(&PAGES), ());
    let mut table = |length| {
        let ty = TableType::new(RefType::Func, length, None);
        Table::new(&mut store, ty, Ref::null(RefType::Func)).expect("there is room")
    };
    let (first, second) = (table(6), table(4));
    let func = Func::wrap(&mut store, || {}).expect("there is room");
    let value = Ref::Func(Some(func));
    let set = |store: &Store<()>, table: &Table| -> String {
        let size = table.size(store).expect("it is this store's");
        let set =
            (0..size).map(|index| matches!(table.get(store, index), Ok(Some(Ref::Func(Some(_))))));
        set.map(|set| if set { '#' } else { '.' }).collect()
    };
    first.fill(&mut store, 1, value, 2).expect("in bounds");
    assert_eq!(set(&store, &first), ".##...");
    Table::copy(&mut store, &first, 2, &first, 0, 3).expect("in bounds");
    assert_eq!(set(&store, &first), ".#.##.");
    Table::copy(&mut store, &second, 0, &first, 2, 4).expect("in bounds");
    assert_eq!(set(&store, &second), ".##.");
    for (index, len) in [(3, 2), (4, 1), (0, 5), (u64::MAX, 1), (1, u64::MAX)] {
        let errors = [
            second.fill(&mut store, index, value, len),
            Table::copy(&mut store, &second, index, &first, 0, len),
            Table::copy(&mut store, &first, 0, &second, index, len),
            Table::copy(&mut store, &second, index, &second, 0, len),
        ];
        for error in errors {
            assert!(matches!(error, Err(Error::TableOutOfBounds)), "{error:?}");
        }
    }
    assert_eq!(set(&store, &second), ".##.");
    let null = Ref::null(RefType::Extern);
    let externs = TableType::new(RefType::Extern, 4, None);
    let externs = Table::new(&mut store, externs, null).expect("there is room");
    for error in
        [second.fill(&mut store, 0, null, 1), Table::copy(&mut store, &externs, 0, &second, 0, 1)]
    {
        assert!(matches!(error, Err(Error::WrongType)), "{error:?}");
    }
    let mut other = Store::new(store.engine(), ());
    for error in [
        first.fill(&mut other, 0, Ref::null(RefType::Func), 1),
        Table::copy(&mut other, &first, 0, &second, 0, 1),
    ] {
        assert!(matches!(error, Err(Error::WrongStore)), "{error:?}");
    }
}
