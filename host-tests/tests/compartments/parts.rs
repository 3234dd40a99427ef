//! Loading a part of a module in a compartment.

use crate::failing::{BUFFERS, STACK, held, within};
use vellum::{Config, Engine, Error, Linker, Module, PAGE_SIZE, PagePool, Store};
use vellum_host_tests::parts::whole;

#[test]
fn every_allocation_of_a_call_that_loads_parts_may_fail() {
    static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    let buffer = &BUFFERS[15];
    let call = |count| {
        let before = held();
        let engine = Engine::new(Config::new().page_pool(&PAGES).compartment(buffer, STACK));
        let engine = engine.expect("the buffer is free");
        let module = Module::new(&engine, whole()).expect("it is valid");
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.func_wrap("host", "size", || 1).expect("it is defined once");
        let instance = linker.instantiate(&mut store, &module).expect("it has what it imports");
        let one = instance.get_typed_func::<i32, i32>(&store, "one").expect("it is exported");
        let (result, made) = within(buffer, count, || one.call(&mut store, 5));
        drop((store, linker, module, engine));
        (result, made, held() - before)
    };
    let (result, count, left) = call(usize::MAX / 2);
    assert!(matches!(result, Ok(6)) && left == 0, "{result:?} {left}");
    assert!(count > 50, "{count} allocations");
    for fails in 0..count {
        let (result, _, left) = call(fails);
        // What loads a part is a host function that enters the compartment once more.
        let is_ended = matches!(result, Err(Error::OutOfHeap { .. }));
        assert!(is_ended, "{fails}: {result:?}");
        assert_eq!(left, 0, "{fails}");
    }
    assert_eq!(PAGES.stats().leased, 0);
}
