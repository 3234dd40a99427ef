//! Modules that `wasm-smith` makes.

use arbitrary::Unstructured;
use fastrand::Rng;
use wasm_smith::{Config, Module};

fn config(rng: &mut Rng) -> Config {
    let large = rng.u8(..4) == 0;
    let most = if large { 100 } else { 12 };
    Config {
        allow_start_export: false,
        bulk_memory_enabled: true,
        compact_imports_enabled: false,
        custom_page_sizes_enabled: rng.bool(),
        disallow_traps: rng.u8(..4) == 0,
        exceptions_enabled: false,
        export_everything: rng.bool(),
        extended_const_enabled: true,
        gc_enabled: false,
        max_data_segments: most,
        max_element_segments: most,
        max_elements: most,
        max_funcs: most,
        max_globals: most,
        max_imports: most,
        max_exports: most,
        max_types: most,
        max_instructions: rng.usize(10..if large { 5000 } else { 300 }),
        max_memories: rng.usize(1..4),
        max_memory32_bytes: 3 << 16,
        max_table_elements: 1000,
        max_tables: rng.usize(1..4),
        memory64_enabled: false,
        min_funcs: rng.usize(..3),
        multi_value_enabled: true,
        reference_types_enabled: true,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: true,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

/// A module, if there is one in some random bytes.
pub(crate) fn module(rng: &mut Rng) -> Option<Vec<u8>> {
    let config = config(rng);
    let most = if rng.u8(..4) == 0 { 30_000 } else { 3000 };
    let bytes: Vec<u8> = (0..rng.usize(50..most)).map(|_| rng.u8(..)).collect();
    let module = Module::new(config, &mut Unstructured::new(&bytes)).ok()?;
    Some(module.to_bytes())
}
