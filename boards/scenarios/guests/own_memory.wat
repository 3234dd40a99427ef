;; A guest with a memory of its own: it writes a greeting and reads single bytes.
(module
  (memory (export "memory") 1 10)
  (data $greeting "Hello from WebAssembly!")
  ;; Writes the greeting at `offset` and returns its length.
  (func (export "write_hello") (param $offset i32) (result i32)
    (memory.init $greeting (local.get $offset) (i32.const 0) (i32.const 23))
    (i32.const 23))
  (func (export "read_byte") (param $offset i32) (result i32)
    (i32.load8_u (local.get $offset))))
