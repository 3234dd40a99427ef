//! The linker's arguments, which say what memory the guest has.

/// Bytes of the stack, which holds what functions have in local arrays and structures.
const STACK: u32 = 1024;
/// Bytes of the memory at most: stack, data and heap.
const MEMORY: u32 = 3072;

fn main() {
    // Pages of one byte: the memory is as large as it need be, and not a multiple of 64 KiB.
    println!("cargo::rustc-link-arg=--page-size=1");
    println!("cargo::rustc-link-arg=-zstack-size={STACK}");
    println!("cargo::rustc-link-arg=--max-memory={MEMORY}");
}
