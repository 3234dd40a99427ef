;; Module 1 of two that send messages, as `receive.wat` has them: has no memory of its own, and stores
;; them word by word.
(module
  (import "env" "memory" (memory 1 2 shared))
  (table 1 funcref)
  (elem (i32.const 0) $send)
  (func $send (param $number i32)
    (i64.store (i32.const 16)
      (i64.or (i64.extend_i32_u (local.get $number)) (i64.const 0x100000000)))
    (i32.atomic.store (i32.const 24) (i32.mul (local.get $number) (i32.const 0x01000193)))
    (i32.atomic.store (i32.const 28) (i32.xor (local.get $number) (i32.const -1)))
    (i32.atomic.store (i32.const 0) (i32.const 1))
    (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))
  (func (export "run") (param $number i32) (param $messages i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $number) (local.get $messages)))
    (loop $next
      (if (i32.atomic.load (i32.const 0))
        (then
          (drop (memory.atomic.wait32 (i32.const 0) (i32.const 1) (i64.const -1))))
        (else
          (call_indirect (param i32) (local.get $number) (i32.const 0))
          (local.set $number (i32.add (local.get $number) (i32.const 1)))))
      (br_if $next (i32.lt_u (local.get $number) (local.get $end))))))
