(module
  (import "env" "led" (func $led (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\01\00\01\01")
  (func (export "blink") (result i32)
    (local $i i32)
    (loop $next
      (call $led (i32.load8_u (local.get $i)))
      (br_if $next
        (i32.lt_u
          (local.tee $i (i32.add (local.get $i) (i32.const 1)))
          (i32.const 4))))
    (local.get $i)))
