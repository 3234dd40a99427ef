//! Loading in a compartment.

use crate::failing::{BUFFERS, Buffer, STACK, held, within};
use crate::modules;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use vellum::{
    CompartmentError, CompilationMode, Config, ConfigError, Engine, Error, ErrorKind, Linker,
    Module, ModuleBytes, Ref, RefType, RunError, Store, Table, TableType,
};

fn engine(buffer: &'static Buffer) -> Engine {
    Engine::new(Config::new().compartment(buffer, STACK)).expect("the buffer is free")
}

/// Bytes of an owner, which counts how many of them there are.
struct Counted(Vec<u8>, #[expect(dead_code, reason = "counted")] Arc<()>);

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[test]
fn every_allocation_of_a_load_may_fail() {
    let buffer = &BUFFERS[0];
    let owners = Arc::new(());
    let mut failed = 0;
    for (name, bytes) in modules::all() {
        let bytes = || ModuleBytes::from_owner(Counted(bytes.clone(), Arc::clone(&owners)));
        let load = |count| {
            let before = held();
            let engine = engine(buffer);
            let (loaded, made) =
                within(buffer, count, || Module::new(&engine, bytes().expect("there is room")));
            let outcome = match &loaded {
                Ok(module) => Ok(module.exports().count()),
                Err(Error::OutOfHeap { needed, free }) if needed > free => {
                    // All that can be done with the engine is refused.
                    let next = Module::new(&engine, &[][..]);
                    assert!(matches!(next, Err(Error::Compartment(RunError::Abandoned))));
                    Err(None)
                }
                Err(error) => Err(Some(error.kind())),
            };
            drop((loaded, engine));
            assert_eq!(Arc::strong_count(&owners), 1, "{name} {count}");
            // Of the program's heap, and of the compartment's.
            (outcome, made, held() - before)
        };
        let (whole, count, left) = load(usize::MAX / 2);
        assert!(count > 0 && left == 0, "{name}: {count} {left}");
        for fails in 0..count {
            let (outcome, _, left) = load(fails);
            assert_eq!((outcome, left), (Err(None), 0), "{name} {fails}");
            failed += 1;
        }
        assert_eq!(load(count).0, whole, "{name}");
    }
    assert!(failed > 400, "{failed} allocations failed");
}

#[test]
fn the_texts_of_errors_outlive_the_compartment() {
    let engine = engine(&BUFFERS[1]);
    let invalid = wat::parse_str("(module (func (result i32)))").expect("the text is valid");
    let error = Module::new(&engine, invalid).expect_err("it is invalid");
    drop(engine);
    // Another one has the bytes by now.
    let engine = Engine::new(Config::new().compartment(&BUFFERS[1], STACK)).expect("it is free");
    for (_, module) in modules::all() {
        let _ = Module::new(&engine, module);
    }
    assert!(error.to_string().contains("type mismatch"), "{error}");
    assert_eq!(error.kind(), ErrorKind::Module);
}

#[test]
fn a_buffer_serves_one_engine_at_a_time() {
    let mut config = Config::new();
    config.compartment(&BUFFERS[2], STACK);
    let engine = Engine::new(&config).expect("the buffer is free");
    let module = Module::new(&engine, modules::all().remove(1).1).expect("it is valid");
    drop(engine);
    let in_use =
        || matches!(Engine::new(&config), Err(Error::Config(ConfigError::CompartmentInUse)));
    assert!(in_use());
    assert_eq!(module.exports().count(), 12);
    drop(module);
    assert!(Engine::new(&config).is_ok());
}

#[test]
fn a_compartment_that_can_not_be_is_refused() {
    let error = |stack| {
        let error = Engine::new(Config::new().compartment(&BUFFERS[3], stack)).err();
        let Some(Error::Config(ConfigError::Compartment(error))) = error else {
            panic!("{error:?}")
        };
        error
    };
    assert!(matches!(error(100), CompartmentError::StackTooSmall { needed: 4096.. }));
    assert!(matches!(error(4 << 20), CompartmentError::TooSmall { .. }));
    assert!(Engine::new(Config::new().compartment(&BUFFERS[3], STACK)).is_ok());
}

/// What does not fit is known before it is allocated: the compartment stays as it is.
#[test]
fn a_table_that_has_no_room_is_an_error() {
    let stack = size_of::<Buffer>() - 60 * 1024;
    let engine = Engine::new(Config::new().compartment(&BUFFERS[3], stack)).expect("it is free");
    let mut store = Store::new(&engine, ());
    let large = |result: Result<(), Error>| {
        let is_out_of_heap = matches!(result, Err(Error::OutOfHeap { needed: 64_000, free: 1.. }));
        assert!(is_out_of_heap, "{result:?}");
    };
    let of = |elements: u32| {
        let text = format!("(module (table {elements} externref))");
        let module = Module::new(&engine, wat::parse_str(text).expect("a module"))?;
        Linker::new(&engine).instantiate(Store::new(&engine, ()), &module).map(drop)
    };
    large(of(16_000));
    let ty = TableType::new(RefType::Extern, 16_000, None);
    large(Table::new(&mut store, ty, Ref::null(RefType::Extern)).map(drop));
    assert!(of(1_000).is_ok());
}

/// A module that the interpreter validates with a deep native stack, or a long one.
#[test]
fn what_takes_too_much_of_the_stack_is_an_error() {
    let mut overflows = 0;
    for (name, module) in modules::all() {
        for stack in (56..120).map(|kib| kib * 1024) {
            let made = Engine::new(Config::new().compartment(&BUFFERS[4], stack));
            let loaded = made.and_then(|engine| Module::new(&engine, module.clone()));
            match loaded {
                Err(Error::Compartment(RunError::StackOverflow)) => overflows += 1,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Module, "{name} {stack}: {error}")
                }
                Ok(_) => {}
            }
        }
    }
    assert!(overflows > 100, "{overflows} overflows");
}

#[test]
fn what_is_known_of_a_module_stays_known_of_a_compartment_that_is_not_abandoned() {
    let engine = Engine::new(
        Config::new().compartment(&BUFFERS[5], STACK).compilation_mode(CompilationMode::Lazy),
    )
    .expect("the buffer is free");
    let module = Module::new(&engine, modules::all().remove(1).1).expect("it is valid");
    assert_eq!((module.exports().count(), module.imports().count()), (12, 0));
    let (refused, _) = within(&BUFFERS[5], 0, || Module::new(&engine, &b"\0asm\x01\0\0\0"[..]));
    assert!(matches!(refused, Err(Error::OutOfHeap { .. })));
    assert_eq!(module.exports().count(), 0);
    assert!(Module::validate(&engine, b"\0asm\x01\0\0\0").is_err());
}

/// How often a future gave way, and what came of it.
pub(crate) fn polled<R>(
    future: impl Future<Output = R> + Send,
    mut between: impl FnMut(),
) -> (usize, R) {
    let mut future = pin!(future);
    for polls in 0.. {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => return (polls, result),
            Poll::Pending => between(),
        }
    }
    unreachable!("it ends")
}

#[test]
fn a_load_gives_way() {
    let buffer = &BUFFERS[8];
    let first = engine(buffer);
    let empty =
        Module::new(&first, wat::parse_str("(module)").expect("a module")).expect("it loads");
    let many = || modules::all().remove(1).1;
    let (polls, loaded) = polled(Module::new_async(&first, many()), || {
        // Nobody can enter meanwhile.
        let other = Module::new(&first, &b"\0asm\x01\0\0\0"[..]);
        assert!(matches!(other, Err(Error::Compartment(RunError::InUse))), "{other:?}");
        assert_eq!(empty.exports().count(), 0);
        let mut store = Store::new(&first, ());
        let made = vellum::Global::new(&mut store, vellum::Val::I32(1), vellum::Mutability::Const);
        assert!(matches!(made, Err(Error::Compartment(RunError::InUse))));
    });
    assert!(polls > 20, "{polls}");
    assert_eq!(loaded.expect("it loads").exports().count(), 12);

    // One that is dropped goes on to the end, and leaves the engine as it was.
    for steps in 1..20 {
        let mut dropped = Box::pin(Module::new_async(&first, many()));
        for _ in 0..steps {
            let polled = dropped.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending(), "{steps}");
        }
        drop(dropped);
    }
    assert_eq!(Module::new(&first, many()).expect("it loads").exports().count(), 12);
    drop((empty, first));

    // It fails as one does that blocks.
    let mut failed = 0;
    for fails in (0..300).step_by(7) {
        let engine = engine(buffer);
        let ((_, loaded), made) =
            within(buffer, fails, || polled(Module::new_async(&engine, many()), || ()));
        match loaded {
            Ok(_) => assert!(made <= fails),
            Err(Error::OutOfHeap { .. }) => failed += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(failed > 10, "{failed}");
}
