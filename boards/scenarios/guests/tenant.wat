;; One of several guests: 16 KiB of memory in pages of one byte.
(module
  (memory (export "memory") 16384 16384 (pagesize 1))
  ;; Fills the memory with `mark`.
  (func (export "fill") (param $mark i32)
    (memory.fill (i32.const 0) (local.get $mark) (memory.size)))
  ;; The number of bytes that hold `mark`.
  (func (export "count") (param $mark i32) (result i32)
    (local $offset i32) (local $count i32)
    (loop $next
      (local.set $count
        (i32.add (local.get $count)
          (i32.eq (i32.load8_u (local.get $offset)) (local.get $mark))))
      (local.set $offset (i32.add (local.get $offset) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $offset) (memory.size))))
    (local.get $count)))
