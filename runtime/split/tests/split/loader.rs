//! An embedder that loads parts when they are called first.

use crate::stored::Stored;
use std::collections::BTreeSet;
use wasmi::{Caller, Engine, Error, Extern, Instance, Linker, Module, Store};

/// What is loaded of a module in parts.
pub(crate) struct Parts {
    stored: Stored,
    pub(crate) loaded: BTreeSet<u16>,
}

fn load(mut caller: Caller<'_, Parts>, function: i32) -> Result<(), Error> {
    let part =
        caller.data().stored.part_of[usize::try_from(function).expect("a function's number")];
    assert!(caller.data_mut().loaded.insert(part), "part {part} twice");
    let bytes = caller.data().stored.parts[usize::from(part)].clone();
    let module = Module::new(caller.engine(), bytes)?;
    let imports = module.imports().map(|import| {
        assert_eq!(import.module(), "");
        caller.get_export(import.name()).expect("an export of the main module")
    });
    let imports: Vec<Extern> = imports.collect();
    Instance::new(&mut caller, &module, &imports).map(drop)
}

/// Reads a byte of the memory that the caller exports as `memory`.
fn read(caller: Caller<'_, Parts>, address: i32) -> i32 {
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    let memory = memory.expect("the caller is the main module");
    memory.data(&caller)[usize::try_from(address).expect("an address")].into()
}

/// Instantiates a file, with functions of the host named `host`.
pub(crate) fn instantiate(file: &[u8]) -> (Store<Parts>, Instance) {
    let engine = Engine::default();
    let module = Module::new(&engine, file).expect("a valid module");
    let parts = Parts { stored: Stored::read(file), loaded: BTreeSet::new() };
    let mut store = Store::new(&engine, parts);
    let mut linker = Linker::new(&engine);
    linker.func_wrap("vellum.parts", "load", load).expect("defined once");
    linker.func_wrap("host", "read", read).expect("defined once");
    linker.func_wrap("host", "twice", |number: i32| number.wrapping_mul(2)).expect("defined once");
    let instance = linker.instantiate_and_start(&mut store, &module).expect("an instance");
    (store, instance)
}
