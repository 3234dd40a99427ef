//! Modules that `wasm-smith` makes.

use super::program::Program;
use arbitrary::Unstructured;
use fastrand::Rng;
use wasm_smith::{Config, Module};

/// Calls of each function.
const CALLS: usize = 6;

/// What the modules may import.
const IMPORTS: &str = r#"(module
    (import "host" "f0" (func))
    (import "host" "f1" (func (param i32) (result i32)))
    (import "host" "f2" (func (param i64 f32) (result f32 i64)))
    (import "host" "f3" (func (param f64 i32 i64)))
    (import "host" "f4" (func (result i64 i64 f64)))
    (import "host" "g0" (global i32))
    (import "host" "g1" (global (mut f64)))
    (import "host" "memory" (memory 1 2))
    (import "host" "table" (table 5 10 funcref)))"#;

fn config(rng: &mut Rng, tail_calls: bool) -> Config {
    Config {
        available_imports: Some(wat::parse_str(IMPORTS).expect("the text is a module")),
        bulk_memory_enabled: true,
        canonicalize_nans: true,
        compact_imports_enabled: false,
        custom_page_sizes_enabled: rng.u8(..4) == 0,
        disallow_traps: rng.bool(),
        allow_start_export: false,
        exceptions_enabled: false,
        export_everything: true,
        extended_const_enabled: true,
        gc_enabled: false,
        max_data_segments: 4,
        max_element_segments: 4,
        max_elements: 10,
        max_funcs: 8,
        max_instructions: rng.usize(20..200),
        max_memories: rng.usize(1..4),
        max_memory32_bytes: 3 << 16,
        max_memory64_bytes: 3 << 16,
        max_table_elements: 20,
        max_tables: 3,
        memory64_enabled: cfg!(feature = "memory64"),
        memory_max_size_required: true,
        min_funcs: 2,
        min_types: 3,
        multi_value_enabled: true,
        reference_types_enabled: true,
        relaxed_simd_enabled: false,
        simd_enabled: cfg!(feature = "simd"),
        table_max_size_required: true,
        tail_call_enabled: tail_calls,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

/// A program of one module, if there is one in random bytes.
pub(super) fn program(rng: &mut Rng, tail_calls: bool) -> Option<Program> {
    let config = config(rng, tail_calls);
    let bytes: Vec<u8> = (0..rng.usize(500..4000)).map(|_| rng.u8(..)).collect();
    made(rng, config, &bytes)
}

/// A program of one module, if there is one in these bytes.
pub(crate) fn program_in(rng: &mut Rng, tail_calls: bool, bytes: &[u8]) -> Option<Program> {
    let config = config(rng, tail_calls);
    made(rng, config, bytes)
}

fn made(rng: &mut Rng, config: Config, bytes: &[u8]) -> Option<Program> {
    let mut module = Module::new(config, &mut Unstructured::new(bytes)).ok()?;
    module.ensure_termination(1000).ok()?;
    Some(Program::new(rng, vec![module.to_bytes()], CALLS))
}
