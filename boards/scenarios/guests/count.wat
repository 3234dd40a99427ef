;; One of two guests that count in the word at 8: adds one to it, so many times.
(module
  (import "env" "memory" (memory 1 2 shared))
  (func (export "run") (param $me i32) (param $times i32)
    (loop $next
      (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))))
