;; Guests without an end, each in another place where it is stopped.
(module
    (import "host" "sleep" (func $sleep))
    (import "host" "never" (func $never))
    (memory (export "memory") 8 12)
    (table $table 4096 4096 funcref)
    (data $segment "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")

    ;; Counts, at the address 0.
    (func (export "loop")
        (loop
            (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
            (br 0)))

    ;; The slowest instruction of a chip that has no doubles.
    (func (export "sqrt") (local f64)
        (local.set 0 (f64.const 1e300))
        (loop
            (local.set 0 (f64.add (f64.const 1e300) (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt
                (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (local.get 0)))))))))))
            (br 0)))

    (func (export "fill")
        (loop
            (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x80000))
            (br 0)))

    ;; Backwards, because they overlap.
    (func (export "copy")
        (loop
            (memory.copy (i32.const 1) (i32.const 0) (i32.const 0x7ffff))
            (br 0)))

    (func (export "init")
        (loop
            (memory.init $segment (i32.const 64) (i32.const 0) (i32.const 64))
            (br 0)))

    (func (export "grow")
        (loop
            (drop (memory.grow (i32.const 4)))
            (br 0)))

    (func (export "table")
        (loop
            (table.fill $table (i32.const 0) (ref.null func) (i32.const 4096))
            (br 0)))

    (func (export "table-copy")
        (loop
            (table.copy $table $table (i32.const 1) (i32.const 0) (i32.const 4095))
            (br 0)))

    (func (export "sleep") (call $sleep))
    (func (export "never") (call $never)))
