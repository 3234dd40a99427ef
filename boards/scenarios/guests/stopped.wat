;; Guests without an end, each in another place where it is stopped.
(module
    (import "host" "sleep" (func $sleep))
    (import "host" "never" (func $never))
    (import "host" "nop" (func $nop))
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

    (func (export "div") (local f64)
        (local.set 0 (f64.const 1.1))
        (loop
            (local.set 0 (f64.div (f64.const 3.7) (f64.div (f64.const 1.3) (f64.div (f64.const 0.9)
                (f64.div (f64.const 7.3) (f64.div (f64.const 1.9) (f64.div (f64.const 2.3)
                (f64.div (f64.const 0.7) (f64.div (f64.const 5.1) (local.get 0))))))))))
            (br 0)))

    (func (export "rem") (local i64 i64)
        (local.set 0 (i64.const -0x7edcba9876543210))
        (local.set 1 (i64.const 0x0654321012345671))
        (loop
            (drop (i64.add
                (i64.add
                    (i64.rem_s (local.get 0) (local.get 1))
                    (i64.rem_u (local.get 0) (local.get 1)))
                (i64.add
                    (i64.div_s (local.get 0) (local.get 1))
                    (i64.div_u (local.get 0) (local.get 1)))))
            (br 0)))

    (func (export "call")
        (loop
            (call $nop)
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
