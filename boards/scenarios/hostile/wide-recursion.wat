;; Few calls, each with much of the value stack.
(module
  (func (export "run") (call $deeper (i32.const 1000000)))
  (func $deeper (param i32)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
      i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (if (local.get 0) (then (call $deeper (i32.sub (local.get 0) (i32.const 1)))))))
