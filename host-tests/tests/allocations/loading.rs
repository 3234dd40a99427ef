//! What loading takes from the heap before it is known whether the module is admitted.

use crate::counting::{in_pieces_of, measure};
use std::cell::Cell;
use vellum::{CompilationMode, Config, Engine, Error, Limit, Module, ModuleLimits, Platform};
use vellum_host_tests::hostile;
use vellum_prepare::{Options, prepare};

/// Engines that differ in how they walk over a module.
fn engines() -> [Engine; 3] {
    let plain = Config::new();
    let mut lazy = Config::new();
    lazy.compilation_mode(CompilationMode::Lazy);
    let mut threads = Config::new();
    threads.threads(true).platform(&Platform::STD);
    [plain, lazy, threads].map(|config| Engine::new(&config).expect("the configuration is valid"))
}

/// Lists of unsupported operators are not decoded.
#[test]
fn lists_of_unknown_operators_take_nothing() {
    let lists: Vec<_> = hostile::binaries()
        .into_iter()
        .filter(|(name, _)| name.starts_with("list-"))
        .map(|(name, bytes)| (name, &*bytes.leak()))
        .collect();
    assert_eq!(lists.len(), 7);
    for (nth, engine) in engines().iter().enumerate() {
        for (name, bytes) in &lists {
            for locked in [&[][..], &[0]] {
                let (module, taken) = measure(|| Module::with_locked(engine, *bytes, locked));
                assert!(module.is_err(), "{name}");
                assert!(taken.peak < 2048, "{name}, engine {nth}: {taken:?}");
            }
        }
    }
}

/// A module whose only memory is shared and imported, with these functions.
fn shared(functions: &str) -> Vec<u8> {
    let text = format!(r#"(module (import "m" "m" (memory 1 1 shared)) {functions})"#);
    wat::parse_str(text).expect("the text is valid")
}

/// The list of functions to change grows by more than one at a time.
#[test]
fn many_functions_with_atomics() {
    let module = shared(&"(func (drop (i32.atomic.load (i32.const 0))))".repeat(2000));
    let (lowered, taken) = measure(|| prepare(&module, &Options::new().threads(true)).is_ok());
    assert!(lowered && taken.count < 40, "{taken:?}");
}

/// A guest whose shared memories are another engine's is prepared once.
#[test]
fn the_code_of_a_guest_of_another_engine_is_made_once() {
    let access = "(drop (i32.load (i32.const 0)))";
    let module: &[u8] = shared(&format!("(func {})", access.repeat(5000))).leak();
    let options = Options::new().threads(true).locked(vec![0]);
    let plain = prepare(module, &Options::new()).expect("it is valid").code.len() as isize;
    let locked = prepare(module, &options).expect("it is valid").code.len() as isize;
    let mut config = Config::new();
    config.module_limits(ModuleLimits { function_bytes: 1, ..ModuleLimits::UNLIMITED });
    let engine = Engine::new(&config).expect("the configuration is valid");
    let (refused, taken) = measure(|| Module::new(&engine, module));
    let Err(Error::LimitExceeded(exceeded)) = refused else { panic!("{refused:?}") };
    assert_eq!(exceeded.limit, Limit::FunctionBytes);
    assert!(
        taken.total.cast_signed() < locked + plain / 2,
        "{taken:?}, {plain} or {locked} bytes of code"
    );
}

/// A module with one function of nested blocks: translating it takes room for each, of which
/// nothing is left in the code.
fn nested(blocks: usize) -> &'static [u8] {
    let text = format!("(module (func {} {}))", "block ".repeat(blocks), "end ".repeat(blocks));
    wat::parse_str(text).expect("the text is valid").leak()
}

#[test]
fn a_translators_buffers_are_given_back() {
    let mut config = Config::new();
    config.module_limits(ModuleLimits::UNLIMITED);
    let engine = Engine::new(&config).expect("the configuration is valid");
    let (loaded, taken) = measure(|| Module::new(&engine, nested(1000)).map(drop));
    assert!(loaded.is_ok() && taken.peak > 100 * 1024 && taken.kept < 4 * 1024, "{taken:?}");
}

/// Operands are remembered while code is validated.
#[test]
fn what_the_heap_has_no_room_to_validate_is_bounded_all_the_same() {
    let operands = "i32.const 1 ".repeat(20_000);
    let drops = "drop ".repeat(20_000);
    let text = format!("(module (func {operands} {drops}))");
    let module: &[u8] = wat::parse_str(text).expect("the text is valid").leak();
    let mut config = Config::new();
    config.heap_free(|| 10_300);
    let engine = Engine::new(&config).expect("the configuration is valid");
    let refused = in_pieces_of(10_300, || Module::new(&engine, module));
    let Err(Error::OutOfHeap { needed, free: 10_300 }) = refused else { panic!("{refused:?}") };
    assert!(needed > 20_000 * 16, "{needed}");
}

/// The interpreter's own word for it is an error of its translator.
#[test]
fn code_that_the_heap_has_no_room_for_is_no_exceeded_limit() {
    let step = "(local.set 0 (i32.mul (local.get 0) (i32.const 3)))".repeat(2000);
    let text = format!("(module (func (local i32) {step}))");
    let module: &[u8] = wat::parse_str(text).expect("the text is valid").leak();
    let engine = Engine::new(&Config::new()).expect("the configuration is valid");
    let refused = in_pieces_of(8 << 10, || Module::new(&engine, module));
    assert!(matches!(refused, Err(Error::OutOfHeap { .. })), "{refused:?}");
    assert!(Module::new(&engine, module).is_ok());
}

/// Giving the buffers back leaves an entry for each module, as its function does, and nothing else.
/// Of entries, which have up to 64 bytes, there may be twice as many as are used.
#[test]
fn many_modules_leave_their_code() {
    const MODULES: usize = 200;
    let engine = Engine::new(&Config::new()).expect("the configuration is valid");
    let module = nested(1);
    let (_, taken) = measure(|| {
        for _ in 0..MODULES {
            drop(Module::new(&engine, module).expect("it is valid"));
        }
    });
    assert!(taken.kept < (200 * MODULES).cast_signed(), "{taken:?}");
}

/// Giving the buffers back takes room of its own.
#[test]
fn where_there_is_no_room_buffers_stay() {
    thread_local! {
        static FREE: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    // Enough to be admitted, and then next to nothing.
    fn free() -> usize {
        FREE.replace(64)
    }
    let kept = [false, true].map(|is_scarce| {
        let mut config = Config::new();
        config.module_limits(ModuleLimits::UNLIMITED);
        if is_scarce {
            config.heap_free(free);
        }
        let engine = Engine::new(&config).expect("the configuration is valid");
        FREE.set(usize::MAX);
        let (loaded, taken) = measure(|| Module::new(&engine, nested(500)).map(drop));
        assert!(loaded.is_ok(), "{loaded:?}");
        taken.kept
    });
    let [plenty, scarce] = kept;
    assert!(scarce > plenty + 8 * 1024, "{kept:?}");
}
