//! Copying and filling on the chip, for all alignments and lengths around those of blocks and words.

use super::Modules;

/// Does each operation twice, at 0 by the instruction and at 512 byte by byte, and compares 256
/// bytes; the upper half of what is returned counts the operations, the lower half the differences.
const GUEST: &str = r#"(module
  (memory 1)
  (func $prepare (local $i i32)
    (loop $next
      (i32.store8 (local.get $i) (i32.mul (local.get $i) (i32.const 29)))
      (i32.store8 offset=512 (local.get $i) (i32.mul (local.get $i) (i32.const 29)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 256)))))
  (func $differs (result i64) (local $i i32)
    (loop $next
      (if (i64.ne (i64.load (local.get $i)) (i64.load offset=512 (local.get $i)))
        (then (return (i64.const 1))))
      (local.set $i (i32.add (local.get $i) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 256))))
    (i64.const 0))
  (func $copy (param $to i32) (param $from i32) (param $length i32) (local $i i32)
    (if (i32.lt_u (local.get $from) (local.get $to))
      (then
        (local.set $i (local.get $length))
        (block $done (loop $next
          (br_if $done (i32.eqz (local.get $i)))
          (local.set $i (i32.sub (local.get $i) (i32.const 1)))
          (i32.store8 offset=512 (i32.add (local.get $to) (local.get $i))
            (i32.load8_u offset=512 (i32.add (local.get $from) (local.get $i))))
          (br $next))))
      (else
        (block $done (loop $next
          (br_if $done (i32.eq (local.get $i) (local.get $length)))
          (i32.store8 offset=512 (i32.add (local.get $to) (local.get $i))
            (i32.load8_u offset=512 (i32.add (local.get $from) (local.get $i))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next))))))
  (func $fill (param $to i32) (param $value i32) (param $length i32) (local $i i32)
    (block $done (loop $next
      (br_if $done (i32.eq (local.get $i) (local.get $length)))
      (i32.store8 offset=512 (i32.add (local.get $to) (local.get $i)) (local.get $value))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next))))
  ;; Places from 64 to 67, and from there up to 36 bytes to either side.
  (func (export "copies") (result i64)
    (local $to i32) (local $from i32) (local $length i32) (local $count i64)
    (local.set $to (i32.const 64))
    (loop $tos
      (local.set $from (i32.sub (local.get $to) (i32.const 36)))
      (loop $froms
        (local.set $length (i32.const 0))
        (loop $lengths
          (call $prepare)
          (memory.copy (local.get $to) (local.get $from) (local.get $length))
          (call $copy (local.get $to) (local.get $from) (local.get $length))
          (local.set $count (i64.add (i64.add (local.get $count) (i64.const 0x100000000))
            (call $differs)))
          (local.set $length (i32.add (local.get $length) (i32.const 3)))
          (br_if $lengths (i32.le_u (local.get $length) (i32.const 93))))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br_if $froms (i32.le_u (local.get $from) (i32.add (local.get $to) (i32.const 36)))))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (br_if $tos (i32.lt_u (local.get $to) (i32.const 68))))
    (local.get $count))
  (func (export "fills") (result i64) (local $to i32) (local $length i32) (local $count i64)
    (local.set $to (i32.const 64))
    (loop $tos
      (local.set $length (i32.const 0))
      (loop $lengths
        (call $prepare)
        (memory.fill (local.get $to) (i32.const 0x1a5) (local.get $length))
        (call $fill (local.get $to) (i32.const 0xa5) (local.get $length))
        (local.set $count (i64.add (i64.add (local.get $count) (i64.const 0x100000000))
          (call $differs)))
        (local.set $length (i32.add (local.get $length) (i32.const 1)))
        (br_if $lengths (i32.le_u (local.get $length) (i32.const 81))))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (br_if $tos (i32.lt_u (local.get $to) (i32.const 68))))
    (local.get $count)))"#;

#[test]
fn copying_and_filling_by_blocks_is_as_byte_by_byte() {
    let modules = Modules::new();
    for (name, operations) in [("copies", 4_u64 * 73 * 32), ("fills", 4 * 82)] {
        let ran = modules.run(GUEST, &["--invoke", name]);
        assert_eq!(ran.stdout, format!("result: {}\n", operations << 32), "{name}: {ran:?}");
    }
}
