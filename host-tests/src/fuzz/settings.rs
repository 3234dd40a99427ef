//! What a module's bytes say of the engine that it gets: the same bytes always have the same one.

use fastrand::Rng;
use vellum::{CompilationMode, Config, Engine, ModuleLimits, PAGE_SIZE, PagePool};
use wasmparser::{Parser, Payload, TypeRef, Validator, WasmFeatures};

pub(super) static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

/// Tables that the interpreter lets a module have. The reference's parser allows more.
pub(super) const MOST_TABLES: u64 = 100;
/// Pages that a memory may have.
const MAXIMUM: u64 = 4;

/// Numbers that some bytes say.
pub(super) fn rng(data: &[u8]) -> Rng {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    Rng::with_seed(data.iter().fold(0xcbf2_9ce4_8422_2325, mix))
}

/// How an engine is set up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) mode: CompilationMode,
    pub(super) threads: bool,
    slice: u64,
    /// Whether modules are judged by the heap that is free.
    heap: bool,
}

fn little() -> usize {
    256 * 1024
}

impl Settings {
    pub(super) fn of(data: &[u8]) -> Self {
        const MODES: [CompilationMode; 2] = [CompilationMode::Eager, CompilationMode::Lazy];
        let mut rng = rng(data);
        Self {
            mode: MODES[rng.usize(..MODES.len())],
            threads: rng.bool(),
            slice: [1, 7, 1000][rng.usize(..3)],
            heap: rng.u8(..4) == 0,
        }
    }

    /// An engine that counts fuel, without limits on modules.
    pub(super) fn engine(self) -> Engine {
        Engine::new(&self.config()).expect("the configuration is valid")
    }

    /// What such an engine is made with.
    pub(super) fn config(self) -> Config {
        let mut config = Config::new();
        config
            .page_pool(&PAGES)
            .consume_fuel(true)
            .compilation_mode(self.mode)
            .module_limits(ModuleLimits::UNLIMITED)
            .memory_maximum(MAXIMUM);
        if self.threads {
            config.threads(true).slice(self.slice);
        }
        if self.heap {
            config.heap_free(little);
        }
        config
    }

    /// The same, where modules are not judged by the heap that is free.
    pub(super) fn without_heap(self) -> Self {
        Self { heap: false, ..self }
    }

    /// Whether the bytes are a module that such an engine is to load, by the reference's parser.
    pub(super) fn is_valid(self, data: &[u8]) -> bool {
        self.validates(data, self.threads) && tables(data) <= MOST_TABLES
    }

    /// The same with the instructions and memories of threads: an engine without them has the instructions for
    /// memories that are not shared, and the memories of another engine.
    pub(super) fn may_be_valid(self, data: &[u8]) -> bool {
        self.validates(data, true)
    }

    fn validates(self, data: &[u8], threads: bool) -> bool {
        let mut features = crate::programs::features();
        features.set(WasmFeatures::THREADS, threads);
        features.set(WasmFeatures::TAIL_CALL, !self.threads);
        Validator::new_with_features(features).validate_all(data).is_ok()
    }
}

/// How many tables a valid module has.
pub(super) fn tables(data: &[u8]) -> u64 {
    let of = |payload| match payload {
        Ok(Payload::TableSection(tables)) => u64::from(tables.count()),
        Ok(Payload::ImportSection(imports)) => {
            let imports = imports.into_imports().flatten();
            imports.filter(|import| matches!(import.ty, TypeRef::Table(_))).count() as u64
        }
        _ => 0,
    };
    Parser::new(0).parse_all(data).map(of).sum()
}

/// Whether a module says that it is prepared, which is checked.
pub(super) fn says_prepared(data: &[u8]) -> bool {
    const MARK: &[u8] = b"\x06vellum\0vpm";
    data.windows(MARK.len()).any(|bytes| bytes == MARK)
}
