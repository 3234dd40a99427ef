;; Guests of a memory to which an interrupt handler posts numbers, each to a word of its own from 64 on,
;; the next one at the next word; the last word is -1. At 0 to 12 lies what came of it.
(module
  (import "env" "memory" (memory 1 2 shared))
  ;; Takes the numbers in order: how many there were, their sum, and how many were not above the one
  ;; before.
  (func (export "take")
    (local $at i32) (local $number i32) (local $last i32)
    (local $taken i32) (local $sum i32) (local $wrong i32)
    (local.set $at (i32.const 64))
    (block $over (loop $next
      (block $there (loop $again
        (br_if $there (local.tee $number (i32.atomic.load (local.get $at))))
        (drop (memory.atomic.wait32 (local.get $at) (i32.const 0) (i64.const -1)))
        (br $again)))
      (br_if $over (i32.eq (local.get $number) (i32.const -1)))
      (local.set $wrong (i32.add (local.get $wrong)
        (i32.le_u (local.get $number) (local.get $last))))
      (local.set $last (local.get $number))
      (local.set $taken (i32.add (local.get $taken) (i32.const 1)))
      (local.set $sum (i32.add (local.get $sum) (local.get $number)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br $next)))
    (i32.store (i32.const 0) (local.get $taken))
    (i32.store (i32.const 4) (local.get $sum))
    (i32.store (i32.const 8) (local.get $wrong))
    (i32.atomic.store (i32.const 12) (i32.const 1)))
  ;; Counts at 16 until all numbers are taken.
  (func (export "compute")
    (loop $next
      (drop (i32.atomic.rmw.add (i32.const 16) (i32.const 1)))
      (br_if $next (i32.eqz (i32.atomic.load (i32.const 12)))))))
