;; Exports with the names that a pass would use for the start function and a computed offset.
(module
  (memory (export "vellum") 1)
  (global $base i32 (i32.const 8))
  (data (offset (i32.add (i32.const 4) (i32.const 4))) "\2a")
  (global $started (mut i32) (i32.const 0))
  (func $start (global.set $started (i32.const 1)))
  (start $start)
  (func (export "vellum:0:start") (result i32) (i32.const 7))
  (func (export "vellum:0:0") (result i32)
    (i32.mul (global.get $started) (i32.load8_u (i32.const 8))))
  (func (export "vellum:1:start") (result i32) (i32.const 8))
  (func (export "vellum:4294967295:start") (result i32) (i32.const 9)))
