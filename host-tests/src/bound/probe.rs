//! The program that measures modules on a 32-bit target, run by `wasmtime`.

use std::{array::from_fn, env, path::PathBuf, process::Command};
use wasmtime::{
    Config, Engine, Instance, Memory, Module, OptLevel, RegallocAlgorithm, Store, TypedFunc,
};

/// What one module took, and its bound; as the program writes it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Report {
    /// 0: refused by the module pass; 1: by the interpreter; 2: not instantiated; 3: instantiated.
    pub(super) stage: u32,
    /// Of loading, in bytes: the most that was asked for at one time, what is kept, the most as an
    /// allocator counts it, and by how much the part of an allocator's arena in use has grown.
    pub(super) load: [u32; 4],
    /// Bounds of the first three, and of the largest block.
    pub(super) bound_load: [u32; 4],
    /// And coarse ones.
    pub(super) coarse_load: [u32; 4],
    /// As `load`, of what a linker makes for the imports.
    pub(super) imports: [u32; 4],
    pub(super) bound_imports: [u32; 4],
    /// As `load`, of instantiating.
    pub(super) instance: [u32; 4],
    pub(super) bound_instance: [u32; 4],
    /// What finding the bound took, in bytes.
    pub(super) own: u32,
}

const WORDS: usize = 30;

/// The program, compiled.
pub(super) struct Program {
    engine: Engine,
    module: Module,
}

const TARGET: &str = "wasm32-unknown-unknown";

impl Program {
    /// Builds the program.
    ///
    /// # Panics
    ///
    /// If it can't be built.
    pub(super) fn build() -> Self {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(["build", "--quiet", "-p", "vellum-heap-probe", "--profile", "host"])
            .args(["--target", TARGET])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("cargo is there");
        assert!(status.success(), "the program is not built");
        let folder = env::var_os("CARGO_TARGET_DIR").map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"),
            PathBuf::from,
        );
        let file = folder.join(TARGET).join("host/vellum_heap_probe.wasm");
        let mut config = Config::new();
        config
            .max_wasm_stack(1 << 20)
            .cranelift_opt_level(OptLevel::None)
            .cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
        let engine = Engine::new(&config).expect("the configuration is supported");
        let module = Module::from_file(&engine, file).expect("the program is valid");
        Self { engine, module }
    }

    /// The program, running.
    pub(super) fn run(&self) -> Probe {
        let mut store = Store::new(&self.engine, ());
        let instance = Instance::new(&mut store, &self.module, &[]).expect("it imports nothing");
        let memory = instance.get_memory(&mut store, "memory").expect("it has a memory");
        let room = instance.get_typed_func(&mut store, "module").expect("it takes modules");
        let measure = instance.get_typed_func(&mut store, "measure").expect("it measures");
        let settings = instance.get_typed_func(&mut store, "settings").expect("it measures");
        Probe { store, memory, room, measure, settings }
    }
}

/// A running program.
pub(super) struct Probe {
    store: Store<()>,
    memory: Memory,
    room: TypedFunc<u32, u32>,
    measure: TypedFunc<u32, u32>,
    settings: TypedFunc<(u32, u32, u32, u32), u32>,
}

impl Probe {
    /// Measures a module on an engine of one of the [kinds](super::KINDS).
    ///
    /// # Errors
    ///
    /// If the program traps, after which it is of no more use.
    pub(super) fn measure(&mut self, module: &[u8], kind: u32) -> wasmtime::Result<Report> {
        let length = u32::try_from(module.len())?;
        let room = self.room.call(&mut self.store, length)?;
        self.memory.write(&mut self.store, room as usize, module)?;
        let at = self.measure.call(&mut self.store, kind)?;
        let mut words = self.words::<WORDS>(at)?.into_iter();
        let mut word = || words.next().unwrap_or_default();
        Ok(Report {
            stage: word(),
            load: from_fn(|_| word()),
            bound_load: from_fn(|_| word()),
            coarse_load: from_fn(|_| word()),
            imports: from_fn(|_| word()),
            bound_imports: from_fn(|_| word()),
            instance: from_fn(|_| word()),
            bound_instance: from_fn(|_| word()),
            own: word(),
        })
    }

    /// Measures an engine of these settings, as the program writes it.
    ///
    /// # Errors
    ///
    /// If the program traps, after which it is of no more use.
    pub(super) fn settings(
        &mut self,
        kind: u32,
        value_stack: u32,
        recursion: u32,
        calls: u32,
    ) -> wasmtime::Result<[u32; 10]> {
        let settings = (kind, value_stack, recursion, calls);
        let at = self.settings.call(&mut self.store, settings)?;
        self.words(at)
    }

    fn words<const COUNT: usize>(&self, at: u32) -> wasmtime::Result<[u32; COUNT]> {
        let mut words = [0; COUNT];
        for (nth, word) in words.iter_mut().enumerate() {
            let mut bytes = [0; 4];
            self.memory.read(&self.store, at as usize + 4 * nth, &mut bytes)?;
            *word = u32::from_le_bytes(bytes);
        }
        Ok(words)
    }
}
