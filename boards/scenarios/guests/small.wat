;; 8 KiB of pages of one byte each, all of which are filled and summed.
(module
  (memory (export "memory") 8192 8192 (pagesize 1))
  (func (export "fill") (param $value i32)
    (memory.fill (i32.const 0) (local.get $value) (memory.size)))
  (func (export "sum") (result i32)
    (local $at i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (memory.size))))
    (local.get $sum)))
