;; A guest that counts in a word of its own, for ever.
(module
  (import "env" "memory" (memory 1 2 shared))
  (func (export "run") (param $me i32)
    (local $at i32)
    (local.set $at (i32.shl (local.get $me) (i32.const 2)))
    (loop $for_ever
      (drop (i32.atomic.rmw.add (local.get $at) (i32.const 1)))
      (br $for_ever))))
