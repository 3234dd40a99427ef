;; Receives messages of 16 bytes that lie at 16 when the word at 0 is 1: a running number from 0 on, the
;; number of the module that sent it, and two words made of the running number.
(module
  (import "env" "memory" (memory $shared 1 2 shared))
  (memory $own 1 1)
  (func $same (param $at i32) (param $expected i32) (result i32)
    (i32.eq (i32.load $own (local.get $at)) (local.get $expected)))
  ;; At 32 lies how many there were, at 36 how many were not what they should be, and at 40 and 44 how
  ;; many came from which module.
  (func (export "run") (param $messages i32)
    (local $number i32) (local $wrong i32) (local $sender i32)
    (loop $next
      (block $there (loop $again
        (br_if $there (i32.atomic.load $shared (i32.const 0)))
        (drop (memory.atomic.wait32 $shared (i32.const 0) (i32.const 0) (i64.const -1)))
        (br $again)))
      (memory.copy $own $shared (i32.const 0) (i32.const 16) (i32.const 16))
      (i32.atomic.store $shared (i32.const 0) (i32.const 0))
      (drop (memory.atomic.notify $shared (i32.const 0) (i32.const 1)))
      (local.set $wrong (i32.add (local.get $wrong) (i32.eqz
        (i32.and (call $same (i32.const 0) (local.get $number))
          (i32.and
            (call $same (i32.const 8) (i32.mul (local.get $number) (i32.const 0x01000193)))
            (call $same (i32.const 12) (i32.xor (local.get $number) (i32.const -1))))))))
      (local.set $sender (i32.shl (i32.and (i32.load $own (i32.const 4)) (i32.const 1)) (i32.const 2)))
      (drop (i32.atomic.rmw.add $shared offset=40 (local.get $sender) (i32.const 1)))
      (br_if $next (i32.lt_u (local.tee $number (i32.add (local.get $number) (i32.const 1)))
        (local.get $messages))))
    (i32.store $shared (i32.const 32) (local.get $number))
    (i32.store $shared (i32.const 36) (local.get $wrong))))
