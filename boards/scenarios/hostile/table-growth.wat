;; Grows until it can't, then reaches past the end.
(module (table 1 funcref)
  (func (export "run") (result i32)
    (loop $again
      (br_if $again
        (i32.ne (table.grow (ref.null func) (i32.const 1000)) (i32.const -1))))
    (i32.lt_u (table.size) (i32.const 1000000)))
  (func (export "past") (drop (table.get (table.size)))))
