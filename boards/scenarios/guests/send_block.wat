;; Module 0 of two that send messages, as `receive.wat` has them: makes each in its own memory and
;; copies it.
(module
  (import "env" "memory" (memory $shared 1 2 shared))
  (memory $own 1 1)
  (func (export "run") (param $number i32) (param $messages i32)
    (loop $next
      (i32.store $own (i32.const 0) (local.get $number))
      (i32.store $own (i32.const 4) (i32.const 0))
      (i32.store $own (i32.const 8) (i32.mul (local.get $number) (i32.const 0x01000193)))
      (i32.store $own (i32.const 12) (i32.xor (local.get $number) (i32.const -1)))
      (block $free (loop $again
        (br_if $free (i32.eqz (i32.atomic.load $shared (i32.const 0))))
        (drop (memory.atomic.wait32 $shared (i32.const 0) (i32.const 1) (i64.const -1)))
        (br $again)))
      (memory.copy $shared $own (i32.const 16) (i32.const 0) (i32.const 16))
      (i32.atomic.store $shared (i32.const 0) (i32.const 1))
      (drop (memory.atomic.notify $shared (i32.const 0) (i32.const 1)))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $next (local.tee $messages (i32.sub (local.get $messages) (i32.const 1)))))))
