//! The runtime's side.

use crate::guest::{Limits, Maker, text};
use crate::operation::{Operation, Outcome};
use crate::side::Side;
use std::collections::HashMap;
use vellum::{
    Config, Engine, Error, Instance, Linker, Memory, MemoryType, Module, PAGE_SIZE, PagePool,
    Store, Val,
};

static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

/// Loads guests, each once.
pub(crate) struct Ours {
    engine: Engine,
    modules: HashMap<(Limits, Maker), Module>,
}

impl Ours {
    pub(crate) fn new() -> Self {
        let engine = Engine::new(Config::new().page_pool(&PAGES)).expect("the configuration fits");
        Self { engine, modules: HashMap::new() }
    }

    pub(crate) fn start(&mut self, limits: Limits, maker: Maker) -> OurMemory {
        let module = self.modules.entry((limits, maker)).or_insert_with(|| {
            let bytes = wat::parse_str(text(limits, maker)).expect("the guest is text");
            Module::new(&self.engine, bytes).expect("the guest is valid")
        });
        let mut store = Store::new(&self.engine, ());
        let mut linker = Linker::new(&self.engine);
        if maker == Maker::Host {
            let ty = MemoryType::builder()
                .min(limits.minimum.into())
                .max(Some(limits.maximum.into()))
                .page_size_log2(if limits.bytes { 0 } else { 16 })
                .build()
                .expect("the limits are valid");
            let memory = Memory::new(&mut store, ty).expect("the pool has room");
            linker.define("host", "memory", memory).expect("it is the only definition");
            let instance = linker.instantiate(&mut store, module).expect("the guest links");
            return OurMemory { store, instance, memory };
        }
        let instance = linker.instantiate(&mut store, module).expect("the guest links");
        let memory = instance.get_memory(&store, "memory").expect("it is exported");
        OurMemory { store, instance, memory }
    }

    /// Instantiates a module without imports and gives its memory's bytes, or the trap's text.
    pub(crate) fn instantiate(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let module = Module::new(&self.engine, bytes.to_vec()).map_err(|_| "invalid".to_owned())?;
        let mut store = Store::new(&self.engine, ());
        let instance =
            Instance::new(&mut store, &module, &[]).map_err(|error| error.to_string())?;
        let memory = instance.get_memory(&store, "memory").expect("it is exported");
        Ok(memory.data(&store).expect("it is this store's").to_vec())
    }
}

/// A memory, its guest and their store.
pub(crate) struct OurMemory {
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

impl Side for OurMemory {
    fn apply(&mut self, operation: &Operation) -> Outcome {
        let store = &mut self.store;
        match operation {
            Operation::HostSize => {
                Outcome::Value("pages", self.memory.size(store).expect("it is this store's"))
            }
            Operation::HostGrow(delta) => match self.memory.grow(store, *delta) {
                Ok(before) => Outcome::Value("pages", before),
                Err(Error::Memory(_)) => Outcome::GrowthRefused,
                Err(other) => panic!("growing by {delta} pages: {other}"),
            },
            Operation::HostRead { offset, len } => {
                let mut buffer = vec![0xa5; *len];
                match self.memory.read(store, *offset, &mut buffer) {
                    Ok(()) => Outcome::Bytes(buffer),
                    Err(Error::Access(_)) if buffer.iter().all(|byte| *byte == 0xa5) => {
                        Outcome::AccessRefused
                    }
                    Err(other) => panic!("reading {len} bytes at {offset}: {other}"),
                }
            }
            Operation::HostWrite { offset, bytes } => {
                match self.memory.write(store, *offset, bytes) {
                    Ok(()) => Outcome::Done,
                    Err(Error::Access(_)) => Outcome::AccessRefused,
                    Err(other) => panic!("writing at {offset}: {other}"),
                }
            }
            Operation::Guest { name, arguments, result } => {
                let func = self.instance.get_func(&*store, name).expect("it is exported");
                let arguments: Vec<Val> =
                    arguments.iter().map(|(ty, bits)| value(ty, *bits)).collect();
                let mut results: Vec<Val> = result.iter().map(|_| Val::I32(0)).collect();
                match (func.call(store, &arguments, &mut results), result, results.first()) {
                    (Ok(()), Some(ty), Some(value)) => Outcome::Value(ty, bits(value)),
                    (Ok(()), _, _) => Outcome::Done,
                    (Err(Error::Trap(trap)), _, _) => Outcome::Trap(trap.message()),
                    (Err(other), _, _) => panic!("calling {name}: {other}"),
                }
            }
        }
    }

    fn bytes(&self) -> &[u8] {
        self.memory.data(&self.store).expect("it is this store's")
    }
}
