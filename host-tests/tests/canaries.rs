//! Writes beside a block are found.
//!
//! Blocks are counted, those of the test harness too: run with `--test-threads=1`, so that it does
//! nothing meanwhile.
#![expect(unsafe_code, reason = "what safe code can't do is to be found")]

use std::process::Command;
use std::sync::{Mutex, PoisonError};
use vellum::{Config, Engine, Linker, Module, PagePool, Store};
use vellum_host_tests::canaries::{self, Damaged, Heap, LARGE};

#[global_allocator]
static HEAP: Heap = Heap;

/// Set in the process that is to end.
const VICTIM: &str = "VELLUM_CANARIES_VICTIM";

/// One test at a time: all have the heap.
static ONE: Mutex<()> = Mutex::new(());

/// Writes to a byte beside a block, looks, and puts back what was there.
fn check_with_damage(block: &mut [u8], at: isize) -> Result<usize, Damaged> {
    let byte = block.as_mut_ptr().wrapping_offset(at);
    // SAFETY: the heap has a guard zone there, to which there is no reference.
    let before = unsafe { byte.read() };
    // SAFETY: as above.
    unsafe { byte.write(!before) };
    let found = canaries::check();
    // SAFETY: as above.
    unsafe { byte.write(before) };
    found
}

#[test]
fn writes_before_and_behind_a_large_block_are_found() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut block = vec![0_u8; 3 * LARGE];
    let size = block.len();
    let end = size.cast_signed();
    assert!(canaries::check().expect("nothing is damaged") > 0, "the block is looked at");
    for at in [-1, -1000, end, end + 1000] {
        assert_eq!(check_with_damage(&mut block, at), Err(Damaged { size, at }));
    }
    block.reserve_exact(size);
    assert!(canaries::check().is_ok(), "what is mended is not found again");
}

#[test]
fn blocks_that_are_freed_are_forgotten() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = canaries::check().expect("nothing is damaged");
    let blocks: Vec<Vec<u8>> = (0..100).map(|n| vec![0; LARGE + n]).collect();
    assert_eq!(canaries::check(), Ok(before + 100));
    drop(blocks);
    assert_eq!(canaries::check(), Ok(before));
}

#[test]
fn a_small_damaged_block_ends_the_program_when_it_is_freed() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    if std::env::var_os(VICTIM).is_some() {
        let mut block = vec![0_u8; 10];
        let byte = block.as_mut_ptr().wrapping_add(12);
        // SAFETY: the heap has a guard zone there, to which there is no reference.
        unsafe { byte.write(0) };
        drop(block);
        return;
    }
    let program = std::env::current_exe().expect("it has a path");
    let test = "a_small_damaged_block_ends_the_program_when_it_is_freed";
    let output = Command::new(program)
        .args([test, "--exact", "--nocapture"])
        .env(VICTIM, "1")
        .output()
        .expect("it runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(errors.contains("byte 12 of a block of 10 bytes was written"), "{errors}");
}

/// The value stack is a separate block, of the size that the engine is configured with.
#[test]
fn the_value_stack_is_looked_at() {
    static PAGES: PagePool<[u8; vellum::PAGE_SIZE]> = PagePool::new();
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = canaries::check().expect("nothing is damaged");
    let mut config = Config::new();
    config.page_pool(&PAGES).max_value_stack(16 * LARGE);
    let engine = Engine::new(&config).expect("the configuration is valid");
    let text = "(module (func (export \"f\") (param i32)))";
    let module = wat::parse_str(text).expect("the text is a module");
    let module = Module::new(&engine, module).expect("it is valid");
    let mut store = Store::new(&engine, ());
    let linker = Linker::new(&engine);
    let instance = linker.instantiate(&mut store, &module).expect("it imports nothing");
    let f = instance.get_typed_func::<i32, ()>(&store, "f").expect("it is exported");
    f.call(&mut store, 1).expect("it returns");
    assert!(canaries::check().expect("nothing is damaged") > before);
}
