//! A guest: what the host calls, and what it calls of the host.

#![no_std]

// `extern crate alloc;` gives vectors and strings, which lie on the heap.

use vellum_guest::log;

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    /// Functions of the host; `cargo rig run` has this one, a firmware those that it defines.
    safe fn print_i32(value: i32);
}

/// Runs if no function is named.
#[unsafe(no_mangle)]
extern "C" fn _start() {
    log!("hello");
    print_i32(add(2, 3));
}

/// Runs by `--invoke add 2 3`.
#[unsafe(no_mangle)]
extern "C" fn add(left: i32, right: i32) -> i32 {
    left.wrapping_add(right)
}
