;; Grows until it can't, then writes the last byte there is.
(module (memory 1 65536)
  (func (export "run") (result i32)
    (loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (drop (memory.grow (i32.const -1)))
    (i32.store8 (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1)) (i32.const 1))
    (i32.gt_u (memory.size) (i32.const 0)))
  (func (export "past") (drop (call 0))
    (i32.store8 (i32.mul (memory.size) (i32.const 65536)) (i32.const 1))))
