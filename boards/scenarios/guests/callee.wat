;; Is called, and calls the host.
(module
  (import "host" "next" (func $next (param i32) (result i32)))
  (func (export "same") (param i32) (result i32) (local.get 0))
  ;; Calls the host so many times.
  (func (export "repeat") (param $times i32) (result i32)
    (local $n i32)
    (loop $again
      (local.set $n (call $next (local.get $n)))
      (br_if $again (i32.lt_s (local.get $n) (local.get $times))))
    (local.get $n)))
