//! Bulk operations: the whole is checked first, and then done in pieces.

use crate::setup::{Handler, TICKING, config, engine, guest};
use std::fmt::Write as _;
use vellum::{
    Config, Engine, Error, Instance, Module, Nanoseconds, PAGE_SIZE, PagePool, ResourceLimiter,
    Store, Trap,
};
use vellum_prepare::{Options, prepare_to_vec};

const PAGES: usize = 32;
const BYTES: usize = PAGES * PAGE_SIZE;

fn text() -> String {
    let mut segment = String::new();
    (0..PAGE_SIZE).for_each(|byte| write!(segment, "\\{:02x}", byte % 251).unwrap());
    format!(
        r#"(module
        (memory (export "memory") {PAGES} 300)
        (memory $other (export "other") {PAGES} {PAGES})
        (data $segment "{segment}")
        (func (export "fill") (param i32 i32)
            (memory.fill (local.get 0) (i32.const 7) (local.get 1)))
        (func (export "copy") (param i32 i32 i32)
            (memory.copy (local.get 0) (local.get 1) (local.get 2)))
        (func (export "across") (param i32 i32 i32)
            (memory.copy $other 0 (local.get 0) (local.get 1) (local.get 2)))
        (func (export "init") (param i32 i32 i32)
            (memory.init $segment (local.get 0) (local.get 1) (local.get 2)))
        (func (export "size") (result i32) (memory.size))
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#
    )
}

/// Lets guests go on for so many looks at the clock.
fn within(store: &mut Store<Handler>, looks: u64) {
    let now = TICKING.now().unwrap();
    store.set_deadline(Some(Nanoseconds(now.0 + looks))).unwrap();
}

fn exceeded<R: std::fmt::Debug>(store: &mut Store<Handler>, call: Result<R, Error>) {
    assert!(matches!(call, Err(Error::DeadlineExceeded)), "{call:?}");
    store.set_deadline(None).unwrap();
}

fn bytes(store: &Store<Handler>, instance: &Instance, name: &str) -> Vec<u8> {
    instance.get_memory(store, name).unwrap().data(store).unwrap().to_vec()
}

#[test]
fn fills_are_stopped_in_between() {
    let (mut store, instance) = guest(&engine(), &text());
    let fill = instance.get_typed_func::<(i32, i32), ()>(&store, "fill").unwrap();
    within(&mut store, 100);
    let stopped = fill.call(&mut store, (0, BYTES as i32));
    exceeded(&mut store, stopped);
    let memory = bytes(&store, &instance, "memory");
    let filled = memory.iter().take_while(|byte| **byte == 7).count();
    assert!((80 * 4096..=100 * 4096).contains(&filled), "{filled}");
    assert!(memory[filled..].iter().all(|byte| *byte == 0));
    fill.call(&mut store, (0, BYTES as i32)).unwrap();
    assert!(bytes(&store, &instance, "memory").iter().all(|byte| *byte == 7));
}

#[test]
fn copies_are_stopped_in_between() {
    let (mut store, instance) = guest(&engine(), &text());
    for name in ["copy", "across"] {
        let copy = instance.get_typed_func::<(i32, i32, i32), ()>(&store, name).unwrap();
        within(&mut store, 100);
        let stopped = copy.call(&mut store, (0, 1, BYTES as i32 - 1));
        exceeded(&mut store, stopped);
    }
    let init = instance.get_typed_func::<(i32, i32, i32), ()>(&store, "init").unwrap();
    within(&mut store, 10);
    let stopped = init.call(&mut store, (0, 0, PAGE_SIZE as i32));
    exceeded(&mut store, stopped);
    let written = bytes(&store, &instance, "memory").iter().rposition(|byte| *byte != 0);
    assert!((0x1000..0xa000).contains(&written.unwrap()), "{written:?}");
}

#[test]
fn growth_is_stopped_in_between() {
    let (mut store, instance) = guest(&engine(), &text());
    let grow = instance.get_typed_func::<i32, i32>(&store, "grow").unwrap();
    let size = instance.get_typed_func::<(), i32>(&store, "size").unwrap();
    within(&mut store, 100);
    let stopped = grow.call(&mut store, 200);
    exceeded(&mut store, stopped);
    // What has grown by then stays.
    let grown = size.call(&mut store, ()).unwrap();
    assert!((100..=PAGES as i32 + 100).contains(&grown), "{grown}");
    // One that can't be whole is refused before any of it is done.
    assert_eq!(grow.call(&mut store, 300).unwrap(), -1);
    assert_eq!(size.call(&mut store, ()).unwrap(), grown);
    assert_eq!(grow.call(&mut store, 300 - grown).unwrap(), grown);
    assert_eq!(size.call(&mut store, ()).unwrap(), 300);
}

#[test]
fn pieces_come_to_what_the_whole_does() {
    let plain = Engine::new(config().interruptible(false)).unwrap();
    let module = Module::new(&plain, wat::parse_str(text()).unwrap()).unwrap();
    let mut one = Store::new(&plain, Handler::default());
    let whole = Instance::new(&mut one, &module, &[]).unwrap();
    let (mut other, pieces) = guest(&engine(), &text());
    let end = BYTES as i32;
    for (name, operands) in [
        ("init", (100, 0, PAGE_SIZE as i32)),
        ("init", (PAGE_SIZE as i32, 77, 4097)),
        ("copy", (101, 100, 100_000)),
        ("copy", (100, 101, 100_000)),
        ("copy", (5000, 100, 60_000)),
        ("copy", (100, 5000, 60_000)),
        ("copy", (end - 8192, 0, 8192)),
        ("across", (3, 5, 100_000)),
        // Out of bounds by one byte, at the end or the beginning of what overflows.
        ("copy", (end - 8192, 0, 8193)),
        ("copy", (0, end - 8192, 8193)),
        ("across", (-1, 0, 2)),
        ("across", (0, 1, end)),
        ("init", (0, 1, PAGE_SIZE as i32)),
        ("init", (end - 4096, 0, 4097)),
        ("copy", (end, end, 0)),
        ("copy", (end + 1, 0, 0)),
    ] {
        let one_func = whole.get_typed_func::<(i32, i32, i32), ()>(&one, name).unwrap();
        let other_func = pieces.get_typed_func::<(i32, i32, i32), ()>(&other, name).unwrap();
        let (expected, found) =
            (one_func.call(&mut one, operands), other_func.call(&mut other, operands));
        match (expected, found) {
            (Ok(()), Ok(())) => {}
            (
                Err(Error::Trap(Trap::MemoryOutOfBounds)),
                Err(Error::Trap(Trap::MemoryOutOfBounds)),
            ) => {}
            others => panic!("{name} {operands:?}: {others:?}"),
        }
        for memory in ["memory", "other"] {
            let same = bytes(&one, &whole, memory) == bytes(&other, &pieces, memory);
            assert!(same, "{name} {operands:?}");
        }
    }
}

/// Counts how often it is asked, and allows so many bytes.
struct Asked(usize, Vec<(usize, usize)>);

impl ResourceLimiter for Asked {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _: Option<usize>,
    ) -> Result<bool, Error> {
        self.1.push((current, desired));
        Ok(desired <= self.0)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> Result<bool, Error> {
        Ok(true)
    }
}

#[test]
fn a_limiter_is_asked_once_for_all_pieces() {
    static POOL: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();
    let engine = Engine::new(Config::new().page_pool(&POOL).interruptible(true)).unwrap();
    let text = r#"(module (memory 1 64)
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#;
    let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let mut store = Store::new(&engine, Asked(16 * PAGE_SIZE, Vec::new()));
    store.limiter(|asked| asked);
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    store.data_mut().1.clear();
    let grow = instance.get_typed_func::<i32, i32>(&store, "grow").unwrap();
    assert_eq!(grow.call(&mut store, 15).unwrap(), 1);
    assert_eq!(grow.call(&mut store, 2).unwrap(), -1);
    assert_eq!(grow.call(&mut store, 1).unwrap(), -1);
    let page = PAGE_SIZE;
    let asked = [(page, 16 * page), (16 * page, 18 * page), (16 * page, 17 * page)];
    assert_eq!(store.data().1, asked);
}

#[test]
fn fuel_is_that_of_the_instructions() {
    let left = |config: &mut Config| {
        let engine = Engine::new(config.consume_fuel(true)).unwrap();
        let module = Module::new(&engine, wat::parse_str(text()).unwrap()).unwrap();
        let mut store = Store::new(&engine, ());
        store.set_fuel(1_000_000).unwrap();
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let fill = instance.get_typed_func::<(i32, i32), ()>(&store, "fill").unwrap();
        fill.call(&mut store, (0, BYTES as i32)).unwrap();
        let grow = instance.get_typed_func::<i32, i32>(&store, "grow").unwrap();
        grow.call(&mut store, 100).unwrap();
        1_000_000 - store.get_fuel().unwrap()
    };
    let (whole, pieces) = (left(config().interruptible(false)), left(&mut config()));
    // A call of the runtime costs a few units more.
    assert!((whole..whole + 20).contains(&pieces), "{whole} {pieces}");
}

#[test]
fn a_module_prepared_for_something_else_is_refused() {
    let wasm = wat::parse_str(text()).unwrap();
    let engine = engine();
    let plain = prepare_to_vec(&wasm, &Options::new()).unwrap();
    let error = Module::new(&engine, plain.clone()).unwrap_err();
    assert!(error.to_string().contains("prepared without interruption"), "{error}");
    // One that says it is what it is not is found out.
    let fit = prepare_to_vec(&wasm, &Options::new().interruptible(true)).unwrap();
    Module::new(&engine, fit.clone()).unwrap();
    let magic = |module: &[u8]| module.windows(4).position(|bytes| bytes == b"\0vpm").unwrap();
    let (mut forged, flags) = (plain.clone(), magic(&plain) + 6);
    assert_eq!(
        (forged[flags], fit[magic(&fit) + 6]),
        (forged[flags] & 3, fit[magic(&fit) + 6] | 4)
    );
    forged[flags] |= 4;
    let error = Module::new(&engine, forged).unwrap_err();
    assert!(error.to_string().contains("can't be interrupted"), "{error}");
    // Elsewhere it means the same as ever.
    let plain = Engine::new(config().interruptible(false)).unwrap();
    Module::new(&plain, fit).unwrap();
}
