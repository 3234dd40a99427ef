(module (table funcref (elem $f)) (func $f (param i32))
  (func (export "run") (call_indirect (i32.const 0))))
