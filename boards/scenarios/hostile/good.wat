;; A module that uses what hostile ones attack: memory, data, a table, a start function.
(module
  (memory (export "memory") 1 2)
  (data (i32.const 65500) "forty-two")
  (table 2 funcref)
  (elem (i32.const 1) $sum)
  (global $started (mut i32) (i32.const 0))
  ;; A board with a single page has none to grow by; the good module is good there too.
  (func $start (drop (memory.grow (i32.const 1))) (global.set $started (i32.const 1)))
  (start $start)
  (func $sum (param $from i32) (result i32)
    (i32.add (i32.load8_u (local.get $from)) (global.get $started)))
  ;; The bytes past the data must be zero: "f" is 102, less 60, plus 0 beyond.
  (func (export "answer") (result i32)
    (i32.add
      (i32.sub (call_indirect (param i32) (result i32) (i32.const 65500) (i32.const 1))
        (i32.const 61))
      (i32.load (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 4))))))
