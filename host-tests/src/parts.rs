//! A module in parts, written by hand.

/// The main module: `one` lies in part 0, `two` in part 1.
pub const MAIN: &str = r#"(module
    (type $f (func (param i32) (result i32)))
    (import "host" "size" (func $size (result i32)))
    (import "vellum.parts" "load" (func $load (param i32)))
    (memory (export "memory") 1 2)
    (table $parts 2 2 funcref)
    (global $callee (mut i32) (i32.const 0))
    (global $count (mut i32) (i32.const 40))
    (elem (table $parts) (i32.const 0) func $loader $loader)
    (export "vellum.parts.m0" (memory 0))
    (export "vellum.parts.t0" (table $parts))
    (export "vellum.parts.g0" (global $callee))
    (export "vellum.parts.g1" (global $count))
    (export "vellum.parts.f0" (func $wrapper))
    (export "one" (func $one))
    (export "count" (global $count))
    (func $wrapper (result i32) (call $size))
    (func $loader (type $f) (local $index i32)
        (call $load (local.tee $index (global.get $callee)))
        (return_call_indirect $parts (type $f) (local.get 0) (local.get $index)))
    (func $one (type $f)
        (global.set $callee (i32.const 0))
        (return_call_indirect $parts (type $f) (local.get 0) (i32.const 0))))"#;

/// Adds to memory, and calls the function of the other part.
pub const ONE: &str = r#"(module
    (type $f (func (param i32) (result i32)))
    (import "" "vellum.parts.m0" (memory 1 2))
    (import "" "vellum.parts.t0" (table $parts 2 2 funcref))
    (import "" "vellum.parts.g0" (global $callee (mut i32)))
    (elem (i32.const 0) func $one)
    (func $one (type $f)
        (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0)))
        (global.set $callee (i32.const 1))
        (call_indirect $parts (type $f) (i32.load (i32.const 8)) (i32.const 1))))"#;

/// Adds what the host says, and counts.
pub const TWO: &str = r#"(module
    (type $f (func (param i32) (result i32)))
    (import "" "vellum.parts.t0" (table $parts 2 2 funcref))
    (import "" "vellum.parts.g1" (global $count (mut i32)))
    (import "" "vellum.parts.f0" (func $size (result i32)))
    (elem (i32.const 1) func $two)
    (func $two (type $f)
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (i32.add (local.get 0) (call $size))))"#;

/// A module in parts, with the part of each function.
pub fn module(main: &str, parts: &[&str], of: &[u16]) -> Vec<u8> {
    let parse = |text: &str| wat::parse_str(text).expect("the text is valid");
    let parts: Vec<_> = parts.iter().map(|part| parse(part)).collect();
    stored(parse(main), &parts, of)
}

/// A module and its parts, in one file.
pub fn stored(mut main: Vec<u8>, parts: &[Vec<u8>], of: &[u16]) -> Vec<u8> {
    let number = |length: usize| u32::try_from(length).expect("it is short").to_le_bytes();
    let mut section = vec![12];
    section.extend_from_slice(b"vellum.parts\x01");
    section.extend_from_slice(&number(of.len()));
    section.extend_from_slice(&number(parts.len()));
    section.extend(of.iter().flat_map(|part| part.to_le_bytes()));
    let mut end = 0;
    for part in parts {
        end += part.len();
        section.extend_from_slice(&number(end));
    }
    section.extend(parts.iter().flatten());
    main.push(0);
    // The length in as many bytes as it may ever have.
    let length = section.len();
    main.extend((0..4).map(|nth| (length >> (7 * nth) & 0x7f) as u8 | 0x80));
    main.push((length >> 28) as u8);
    main.extend_from_slice(&section);
    main
}

/// The whole module.
pub fn whole() -> Vec<u8> {
    module(MAIN, &[ONE, TWO], &[0, 1])
}
