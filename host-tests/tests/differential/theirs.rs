//! The side of `wasmtime`.

use crate::guest::{Limits, Maker, text};
use crate::operation::{Operation, Outcome};
use crate::side::Side;
use std::collections::HashMap;
use wasmtime::{
    Config, Engine, Instance, Linker, Memory, MemoryTypeBuilder, Module, OptLevel, Store, Trap, Val,
};

/// Compiles guests, each once.
pub(crate) struct Theirs {
    engine: Engine,
    modules: HashMap<(Limits, Maker), Module>,
}

fn trap(error: &wasmtime::Error) -> &'static str {
    match error.downcast_ref::<Trap>() {
        Some(Trap::MemoryOutOfBounds) => "out of bounds memory access",
        other => panic!("a trap that the guest can't have: {other:?}"),
    }
}

impl Theirs {
    pub(crate) fn new() -> Self {
        let mut config = Config::new();
        config.wasm_custom_page_sizes(true).cranelift_opt_level(OptLevel::None);
        let engine = Engine::new(&config).expect("the configuration is supported");
        Self { engine, modules: HashMap::new() }
    }

    pub(crate) fn start(&mut self, limits: Limits, maker: Maker) -> TheirMemory {
        let module = self.modules.entry((limits, maker)).or_insert_with(|| {
            let bytes = wat::parse_str(text(limits, maker)).expect("the guest is text");
            Module::new(&self.engine, bytes).expect("the guest is valid")
        });
        let mut store = Store::new(&self.engine, ());
        let mut linker = Linker::new(&self.engine);
        if maker == Maker::Host {
            let ty = MemoryTypeBuilder::new()
                .min(limits.minimum.into())
                .max(Some(limits.maximum.into()))
                .page_size_log2(if limits.bytes { 0 } else { 16 })
                .build()
                .expect("the limits are valid");
            let memory = Memory::new(&mut store, ty).expect("there is room");
            linker.define(&store, "host", "memory", memory).expect("it is the only definition");
            let instance = linker.instantiate(&mut store, module).expect("the guest links");
            return TheirMemory { store, instance, memory };
        }
        let instance = linker.instantiate(&mut store, module).expect("the guest links");
        let memory = instance.get_memory(&mut store, "memory").expect("it is exported");
        TheirMemory { store, instance, memory }
    }

    /// Instantiates a module without imports and gives its memory's bytes, or the trap's text.
    pub(crate) fn instantiate(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let module = Module::new(&self.engine, bytes).map_err(|_| "invalid".to_owned())?;
        let mut store = Store::new(&self.engine, ());
        let instance =
            Instance::new(&mut store, &module, &[]).map_err(|error| trap(&error).to_owned())?;
        let memory = instance.get_memory(&mut store, "memory").expect("it is exported");
        Ok(memory.data(&store).to_vec())
    }
}

/// A memory, its guest and their store.
pub(crate) struct TheirMemory {
    store: Store<()>,
    instance: Instance,
    memory: Memory,
}

fn value(ty: &str, bits: u64) -> Val {
    match ty {
        "i32" => Val::I32(bits as u32 as i32),
        "i64" => Val::I64(bits.cast_signed()),
        "f32" => Val::F32(bits as u32),
        _ => Val::F64(bits),
    }
}

fn bits(value: &Val) -> u64 {
    match value {
        Val::I32(value) => value.cast_unsigned().into(),
        Val::I64(value) => value.cast_unsigned(),
        Val::F32(bits) => (*bits).into(),
        Val::F64(bits) => *bits,
        other => panic!("the guest has no {other:?}"),
    }
}

impl Side for TheirMemory {
    fn apply(&mut self, operation: &Operation) -> Outcome {
        let store = &mut self.store;
        match operation {
            Operation::HostSize => Outcome::Value("pages", self.memory.size(store)),
            Operation::HostGrow(delta) => match self.memory.grow(store, *delta) {
                Ok(before) => Outcome::Value("pages", before),
                Err(_) => Outcome::GrowthRefused,
            },
            Operation::HostRead { offset, len } => {
                let mut buffer = vec![0; *len];
                match self.memory.read(store, *offset, &mut buffer) {
                    Ok(()) => Outcome::Bytes(buffer),
                    Err(_) => Outcome::AccessRefused,
                }
            }
            Operation::HostWrite { offset, bytes } => {
                match self.memory.write(store, *offset, bytes) {
                    Ok(()) => Outcome::Done,
                    Err(_) => Outcome::AccessRefused,
                }
            }
            Operation::Guest { name, arguments, result } => {
                let func = self.instance.get_func(&mut *store, name).expect("it is exported");
                let arguments: Vec<Val> =
                    arguments.iter().map(|(ty, bits)| value(ty, *bits)).collect();
                let mut results: Vec<Val> = result.iter().map(|_| Val::I32(0)).collect();
                match (func.call(store, &arguments, &mut results), result, results.first()) {
                    (Ok(()), Some(ty), Some(value)) => Outcome::Value(ty, bits(value)),
                    (Ok(()), _, _) => Outcome::Done,
                    (Err(error), _, _) => Outcome::Trap(trap(&error)),
                }
            }
        }
    }

    fn bytes(&self) -> &[u8] {
        self.memory.data(&self.store)
    }
}
