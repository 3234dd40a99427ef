;; One of two guests that count in the word at 8, by plain loads and stores under a lock of their own,
;; which is the word at 0: 1 when it is taken.
(module
  (import "env" "memory" (memory 1 2 shared))
  (func $lock
    (block $taken (loop $again
      (br_if $taken (i32.eqz
        (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1))))
      (drop (memory.atomic.wait32 (i32.const 0) (i32.const 1) (i64.const -1)))
      (br $again))))
  (func $unlock
    (i32.atomic.store (i32.const 0) (i32.const 0))
    (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))
  (func $bump
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1))))
  (func (export "run") (param $me i32) (param $times i32)
    (loop $next
      (call $lock) (call $bump) (call $unlock)
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))))
