(module (memory 1)
  (func (export "run") (drop (i64.load offset=0xffffffff (i32.const -1)))))
