(module
  ;; Functions of the host; `cargo rig run` has these, a firmware those that it defines.
  (import "vellum" "log" (func $log (param $line i32) (param $length i32)))
  (import "env" "print_i32" (func $print_i32 (param i32)))

  ;; 64 bytes, on pages of one byte, and no more.
  (memory (export "memory") 64 64 (pagesize 1))
  (data (i32.const 0) "hello")

  ;; Runs by `--invoke add 2 3`.
  (func $add (export "add") (param $left i32) (param $right i32) (result i32)
    (i32.add (local.get $left) (local.get $right)))

  ;; Runs if no function is named.
  (func (export "_start")
    (call $log (i32.const 0) (i32.const 5))
    (call $print_i32 (call $add (i32.const 2) (i32.const 3)))))
