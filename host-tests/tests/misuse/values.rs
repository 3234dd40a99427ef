//! Values, types and places that are nowhere.

use crate::setup::{engine, guest};
use vellum::{
    Error, Func, FuncType, Global, Memory, MemoryType, Mutability, PAGE_SIZE, PagePool, Ref,
    RefType, Store, Table, TableType, Val, ValType,
};

#[test]
fn vectors_where_guests_have_none_are_errors() {
    static POOL: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    for threads in [false, true] {
        let (mut store, instance) = guest(&engine(&POOL, threads));
        let vector = Val::V128(1);
        let global = Global::new(&mut store, vector, Mutability::Var);
        assert!(matches!(global, Err(Error::WrongType)));
        let global = instance.get_global(&store, "global").unwrap();
        assert!(matches!(global.set(&mut store, vector), Err(Error::WrongType)));
        let takes = FuncType::new([ValType::V128], []);
        let takes = Func::new(&mut store, takes, |_, _, _| Ok(())).unwrap();
        assert!(takes.call(&mut store, &[vector], &mut []).is_err());
        let gives = FuncType::new([], [ValType::V128]);
        let gives = Func::new(&mut store, gives, |_, _, results| {
            results.fill(Val::V128(2));
            Ok(())
        });
        assert!(gives.unwrap().call(&mut store, &[], &mut [vector]).is_err());
    }
}

#[test]
fn arguments_that_no_stack_has_room_for_are_errors() {
    static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    for (threads, bytes) in [(false, 0), (false, 100), (true, 0), (true, 100)] {
        let mut config = vellum::Config::new();
        config.page_pool(&POOL).threads(threads).max_value_stack(bytes);
        let mut store = Store::new(&vellum::Engine::new(&config).unwrap(), ());
        for count in [0, 1, 12, 13, 1000] {
            let types = || std::iter::repeat_n(ValType::I64, count);
            let ty = FuncType::new(types(), types());
            let func = Func::new(&mut store, ty, |_, params, results| {
                results.copy_from_slice(params);
                Ok(())
            });
            let (params, mut results) = (vec![Val::I64(5); count], vec![Val::I64(0); count]);
            let called = func.unwrap().call(&mut store, &params, &mut results);
            match called {
                Ok(()) => assert!(results.iter().all(|result| result.i64() == Some(5))),
                Err(Error::Trap(vellum::Trap::CallStackExhausted)) => assert!(count * 8 > bytes),
                Err(error) => panic!("{count}: {error}"),
            }
        }
        let types = || std::iter::repeat_n(ValType::I64, 1001);
        for ty in [FuncType::new(types(), []), FuncType::new([], types())] {
            let func = Func::new(&mut store, ty, |_, _, _| Ok(()));
            assert!(matches!(func, Err(Error::WrongArguments(_))));
        }
    }
}

#[test]
fn places_that_are_nowhere_are_errors() {
    static POOL: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    for threads in [false, true] {
        let (mut store, instance) = guest(&engine(&POOL, threads));
        let memory = instance.get_memory(&store, "memory").unwrap();
        let table = instance.get_table(&store, "table").unwrap();
        for place in [PAGE_SIZE + 1, usize::MAX / 2, usize::MAX - 1, usize::MAX] {
            let wide = place as u64;
            assert!(memory.read(&store, place, &mut [0]).is_err());
            assert!(memory.write(&mut store, place, &[0; 9]).is_err());
            assert!(memory.read_value::<u64>(&store, place).is_err());
            assert!(memory.write_value(&mut store, place, &0_u64).is_err());
            assert!(memory.grow(&mut store, wide).is_err());
            assert!(table.get(&store, wide).unwrap().is_none());
            assert!(table.set(&mut store, wide, Ref::Func(None)).is_err());
            assert!(table.grow(&mut store, wide, Ref::Func(None)).is_err());
            let guard = store.lock().unwrap();
            assert!(memory.slice(&guard, 0..place).is_err());
            assert!(memory.slice(&guard, place..0).is_err());
            assert!(memory.view::<u64, _>(&guard, place).is_err());
            let (end, back) = (place.saturating_add(16), place..4);
            assert_eq!(memory.dump(&guard, place..end, 0).unwrap().to_string(), "");
            assert_eq!(memory.dump(&guard, back, usize::MAX).unwrap().to_string(), "");
        }
        for (minimum, maximum) in [(1, Some(0)), (u32::MAX, None), (0, Some(u32::MAX))] {
            let ty = MemoryType::new(minimum, maximum);
            assert!(Memory::new(&mut store, ty).is_err(), "{ty:?}");
            assert!(Memory::with_maximum(&mut store, ty, u64::MAX).is_err(), "{ty:?}");
        }
        let ty = TableType::new(RefType::Extern, 2, Some(1));
        assert!(Table::new(&mut store, ty, Ref::Extern(None)).is_err());
        let ty = TableType::new(RefType::Extern, 1, None);
        assert!(Table::new(&mut store, ty, Ref::Func(None)).is_err());
    }
}
