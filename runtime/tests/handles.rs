//! What handles show of themselves, and what values hold.

use vellum::{
    Config, Engine, Extern, ExternRef, Func, Global, Instance, Linker, Memory, MemoryType, Module,
    Mutability, PAGE_SIZE, PagePool, Ref, RefType, SharedMemory, Store, Table, TableType, Val,
    ValType,
};

static PAGES: PagePool<[u8; 8 * PAGE_SIZE]> = PagePool::new();

const GUEST: &str = r#"(module (memory (export "memory") 1)
    (func (export "id") (param i32) (result i32) (local.get 0)))"#;

fn engine() -> Engine {
    Engine::new(Config::new().page_pool(&PAGES).threads(true)).expect("it is valid")
}

fn guest(engine: &Engine) -> Module {
    Module::new(engine, wat::parse_str(GUEST).expect("the text is valid")).expect("it is valid")
}

#[test]
fn each_handle_shows_itself_in_one_short_line() {
    let engine = engine();
    let module = guest(&engine);
    let mut store = Store::new(&engine, 7);
    let mut linker = Linker::<i32>::new(&engine);
    linker.func_wrap("env", "f", || {}).expect("it is the first");
    let instance = Instance::new(&mut store, &module, &[]).expect("it links");
    let func = instance.get_func(&store, "id").expect("it is exported");
    let typed = func.typed::<i32, i32>(&store).expect("it is typed so");
    let memory = instance.get_memory(&store, "memory").expect("it is exported");
    let global = Global::new(&mut store, Val::I32(1), Mutability::Const).expect("it is valid");
    let ty = TableType::new(RefType::FUNCREF, 1, None);
    let table = Table::new(&mut store, ty, Ref::Func(None)).expect("it is valid");
    let value = ExternRef::new(&mut store, 1).expect("the store is free");
    let shared = SharedMemory::new(&engine, MemoryType::shared(1, 1)).expect("there is room");
    let exports = instance.exports(&store).expect("it is this store's");
    for line in [
        format!("{engine:?}"),
        format!("{module:?}"),
        format!("{store:?}"),
        format!("{linker:?}"),
        format!("{instance:?}"),
        format!("{func:?}"),
        format!("{typed:?}"),
        format!("{memory:?}"),
        format!("{:?}", Extern::from(memory)),
        format!("{global:?}"),
        format!("{table:?}"),
        format!("{value:?}"),
        format!("{:?}", Val::from(func)),
        format!("{shared:?}"),
        format!("{:?}", exports[0]),
    ] {
        assert!(line.len() < 120 && !line.contains('\n'), "{line}");
        assert!(!line.contains("wasmi"), "{line}");
    }
    assert_eq!(format!("{module:?}"), "Module { imports: 0, exports: 2, .. }");
    assert!(format!("{memory:?}").starts_with("Memory { store: StoreId("));
}

#[test]
fn values_convert_to_what_they_hold_and_back() {
    let mut store = Store::new(&engine(), ());
    let func = Func::wrap(&mut store, || {}).expect("the store is free");
    let value = ExternRef::new(&mut store, 5_u8).expect("the store is free");
    assert_eq!(Val::from(-3).unwrap_i32(), -3);
    assert_eq!(Val::from(u32::MAX).unwrap_i32(), -1);
    assert_eq!(Val::from(i64::MIN).unwrap_i64(), i64::MIN);
    assert_eq!(Val::from(u64::MAX).unwrap_i64(), -1);
    assert_eq!(Val::from(0.5_f32).unwrap_f32(), 0.5);
    assert_eq!(Val::from(-0.0_f64).unwrap_f64().to_bits(), (-0.0_f64).to_bits());
    assert_eq!(Val::from(1_u128 << 100).unwrap_v128(), 1 << 100);
    assert!(Val::from(func).unwrap_func_ref().is_some());
    assert!(Val::from(value).unwrap_extern_ref().is_some());
    assert!(Val::from(None::<Func>).unwrap_func_ref().is_none());
    assert!(matches!(Val::from(None::<ExternRef>), Val::ExternRef(None)));
    assert!(matches!(Val::null_extern_ref().extern_ref(), Some(None)));

    let values = [
        Val::I32(0),
        Val::I64(0),
        Val::F32(0),
        Val::F64(0),
        Val::V128(0),
        Val::FuncRef(None),
        Val::ExternRef(None),
    ];
    for value in values {
        let held = [
            value.i32().map(|_| ValType::I32),
            value.i64().map(|_| ValType::I64),
            value.f32().map(|_| ValType::F32),
            value.f64().map(|_| ValType::F64),
            value.v128().map(|_| ValType::V128),
            value.func_ref().map(|_| ValType::FUNCREF),
            value.extern_ref().map(|_| ValType::EXTERNREF),
        ];
        assert_eq!(held.into_iter().flatten().collect::<Vec<_>>(), [value.ty()]);
        assert_eq!(value.ref_().map(|held| ValType::Ref(held.ty())).is_some(), value.ty().is_ref());
        assert_eq!(Val::default_for_ty(value.ty()).ty(), value.ty());
    }

    let reference = Ref::from(func);
    assert!(reference.is_func() && !reference.is_extern() && !reference.is_null());
    assert!(matches!(reference.as_func(), Some(Some(_))) && reference.as_extern().is_none());
    let reference = Ref::from(value);
    assert!(reference.is_extern() && !reference.is_func() && !reference.is_null());
    assert!(matches!(Val::from(reference).extern_ref(), Some(Some(_))));
}

#[test]
#[should_panic(expected = "the value is no 64-bit float")]
fn a_value_of_another_type_is_not_unwrapped() {
    Val::I32(1).unwrap_f64();
}

#[test]
fn exports_tell_their_types() {
    let engine = engine();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &guest(&engine), &[]).expect("it links");
    let exports = instance.exports(&store).expect("it is this store's");
    let types: Vec<_> = exports
        .iter()
        .map(|export| (export.name().to_owned(), export.ty(&store).expect("it is this store's")))
        .collect();
    let module = guest(&engine);
    let declared: Vec<_> =
        module.exports().map(|export| (export.name().to_owned(), export.ty().clone())).collect();
    assert_eq!(types, declared);
    for export in exports {
        let is_memory = export.name() == "memory";
        assert_eq!(export.clone().into_memory().is_some(), is_memory);
        assert_eq!(export.clone().into_func().is_some(), !is_memory);
        assert!(export.clone().into_global().is_none() && export.into_table().is_none());
    }
}

#[test]
fn slices_are_written_whole() {
    use vellum::zerocopy::IntoBytes;

    let engine = engine();
    let shared = SharedMemory::new(&engine, MemoryType::shared(1, 1)).expect("there is room");
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1))).expect("there is room");
    let samples: &[i16] = &[1, -2, 3];
    memory.write_value(&mut store, 3, samples).expect("it fits");
    shared.write_value(3, samples).expect("it fits");
    assert_eq!(memory.read_value::<[i16; 3]>(&store, 3).expect("it is there"), *samples);
    assert_eq!(
        shared.read_value::<[i16; 3]>(3).expect("it is there").as_bytes(),
        samples.as_bytes()
    );
    assert!(memory.write_value(&mut store, PAGE_SIZE - 5, samples).is_err());
}
