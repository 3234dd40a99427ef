//! What a program is given of arguments and environment, as a job on the host.

use vellum::{PAGE_SIZE, PagePool};
use vellum_scenarios::{
    host::Recorder,
    runner::{Call, Resources, run},
};

/// Prints what the two functions write, whose strings end with a zero byte each.
const GUEST: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get"
        (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $get (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1 1)
    (func (export "_start")
        (drop (call $sizes (i32.const 0) (i32.const 12)))
        (drop (call $get (i32.const 16) (i32.const 256)))
        (i32.store (i32.const 8) (i32.const 256))
        (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))))"#;

#[test]
fn a_program_reads_its_arguments_and_its_environment() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let printed = |text: &str, strings: Option<&str>| {
        let console = Recorder::default();
        let strings = strings.map(Into::into);
        let call = Call { strings, ..Call::default() };
        let module = wat::parse_str(text).unwrap();
        run(&console, &Resources::small(&PAGES), module.into(), &call).unwrap();
        console.lines().join("\n")
    };
    let environment = GUEST.replace("args_", "environ_");
    let given = Some("a-v\u{1f}eA=1=2\u{1f}a");
    assert_eq!(printed(GUEST, None), "guest\0");
    assert_eq!(printed(GUEST, given), "guest\0-v\0\0");
    assert_eq!(printed(&environment, None), "RUST_MIN_STACK=16384\0");
    assert_eq!(printed(&environment, given), "RUST_MIN_STACK=16384\0A=1=2\0");
    // What is given takes the place of what is there.
    assert_eq!(printed(&environment, Some("eRUST_MIN_STACK=1")), "RUST_MIN_STACK=1\0");
}
