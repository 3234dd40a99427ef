;; A guest whose host function uses the guest's memory: gives what lies at 4 afterwards.
(module
  (import "env" "memory" (memory 1 2 shared))
  (import "env" "host" (func $host))
  (export "memory" (memory 0))
  (func (export "run") (result i32)
    (call $host)
    (i32.load8_u (i32.const 4))))
