//! Contexts of an operating system in one compartment.

use crate::failing::BUFFERS;
use crate::threads::{alone, engine};
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use vellum::{AtomicRmw, Error, Module, WaitResult};
use vellum_scenarios::compartments::threads::{memory, program};

/// Whether a context ended before its time, for which others would wait.
static FAILED: AtomicBool = AtomicBool::new(false);

/// A context that has not come to its end.
struct Unfinished;

impl Drop for Unfinished {
    fn drop(&mut self) {
        FAILED.store(true, SeqCst);
    }
}

/// Contexts that load modules, call, wait and notify at the same time.
#[test]
fn contexts_take_turns_in_a_compartment() -> Result<(), Error> {
    let _alone = alone();
    let engine = engine(&BUFFERS[18]);
    let memory = memory(&engine)?;
    let rounds = 40;
    let contexts: Vec<_> = (0..4)
        .map(|_| {
            let (engine, memory) = (engine.clone(), memory.clone());
            thread::spawn(move || -> Result<(), Error> {
                let unfinished = Unfinished;
                let module = wat::parse_str("(module (func (export \"f\")))").expect("a module");
                let (mut store, instance) = program(&engine, &memory, Arc::default())?;
                let park = instance.get_typed_func::<(), i32>(&store, "park")?;
                for round in 0..rounds {
                    let loaded = Module::new(&engine, module.clone())?;
                    assert_eq!(loaded.exports().count(), 1);
                    memory.atomic_rmw(20, AtomicRmw::Add, 1_u32)?;
                    // Once every other has begun the round, all go on.
                    while memory.atomic_load::<u32>(20)? < 4 * round + 4 {
                        assert!(!FAILED.load(SeqCst), "another one has failed");
                        thread::yield_now();
                    }
                    drop(loaded);
                    assert_eq!(park.call(&mut store, ())?, WaitResult::Ok as i32);
                }
                mem::forget(unfinished);
                Ok(())
            })
        })
        .collect();
    while !contexts.iter().all(thread::JoinHandle::is_finished) {
        memory.atomic_notify(8, 1)?;
        thread::yield_now();
    }
    for context in contexts {
        context.join().expect("it does not panic")?;
    }
    assert_eq!(memory.atomic_load::<u32>(20)?, 4 * rounds);
    Ok(())
}
