;; One of two guests that count in turns: waits until the word at 0 is `me`, adds one to the word at 8
;; by a plain load and store, and hands over to the other.
(module
  (import "env" "memory" (memory 1 2 shared))
  (func (export "run") (param $me i32) (param $times i32)
    (loop $next
      (block $mine (loop $again
        (br_if $mine (i32.eq (i32.atomic.load (i32.const 0)) (local.get $me)))
        (drop (memory.atomic.wait32 (i32.const 0)
          (i32.sub (i32.const 1) (local.get $me)) (i64.const -1)))
        (br $again)))
      (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
      (i32.atomic.store (i32.const 0) (i32.sub (i32.const 1) (local.get $me)))
      (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))))
