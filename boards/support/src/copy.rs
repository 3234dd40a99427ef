//! Copying and filling memory, in place of the compiler's loops over single words: guests copy and
//! fill by it, and the runtime moves its own structures.

#![expect(unsafe_code, reason = "the compiler calls these functions by their names")]

use core::arch::global_asm;

// SAFETY: each function keeps to the procedure call standard and to what the C library and the run-time
// ABI say of its name: it touches the bytes of its operands and no others.
global_asm!(include_str!("copy.s"), options(raw));
