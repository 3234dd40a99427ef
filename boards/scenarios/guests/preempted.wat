;; Is interrupted wherever it is: computing, calling itself and the host, being called back, growing.
(module
  (import "host" "next" (func $next (param i32) (result i32)))
  (import "host" "back" (func $back (param i32) (result i32)))
  (memory (export "memory") 1 3)
  (table $table 0 3000 funcref)
  (func (export "same") (param i32) (result i32) (local.get 0))
  ;; Numbers of every type, which go through memory.
  (func (export "compute") (param $times i32) (result i32)
    (local $n i32) (local $x f32) (local $y f64) (local $z i64)
    (loop $again
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (local.set $x (f32.add (f32.mul (local.get $x) (f32.const 0.999)) (f32.const 1.5)))
      (local.set $y (f64.add (f64.promote_f32 (local.get $x)) (f64.sqrt (local.get $y))))
      (local.set $z
        (i64.xor (i64.mul (local.get $z) (i64.const 6364136223846793005))
          (i64.reinterpret_f64 (local.get $y))))
      (i64.store (i32.and (i32.mul (local.get $n) (i32.const 56)) (i32.const 0xFFF8)) (local.get $z))
      (local.set $z
        (i64.add (local.get $z)
          (i64.load (i32.and (i32.mul (local.get $n) (i32.const 24)) (i32.const 0xFFF8)))))
      (br_if $again (i32.lt_u (local.get $n) (local.get $times))))
    (i32.xor (i32.wrap_i64 (local.get $z)) (i32.wrap_i64 (i64.shr_u (local.get $z) (i64.const 32)))))
  ;; By a table, and from a branch to many places.
  (type $number (func (param i32) (result i32)))
  (table $own 2 2 funcref)
  (elem (table $own) (i32.const 0) func $step $fib)
  (func $step (type $number)
    (block $three (block $two (block $one (block $zero
      (br_table $zero $one $two $three (i32.rem_u (local.get 0) (i32.const 4))))
      (return (i32.clz (local.get 0))))
      (return (i32.div_s (local.get 0) (i32.const -3))))
      (return (i32.rotl (local.get 0) (i32.const 5))))
    (select (local.get 0) (i32.const 9) (i32.and (local.get 0) (i32.const 8))))
  (func $fib (type $number)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
      (else
        (i32.xor (call_indirect $own (type $number) (local.get 0) (i32.const 0))
          (i32.add
            (call $fib (i32.sub (local.get 0) (i32.const 1)))
            (call_indirect $own (type $number) (i32.sub (local.get 0) (i32.const 2)) (i32.const 1)))))))
  (func (export "fib") (param $times i32) (result i32)
    (local $n i32) (local $sum i32)
    (loop $again
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (local.set $sum (i32.add (local.get $sum) (call $fib (i32.rem_u (local.get $n) (i32.const 15)))))
      (br_if $again (i32.lt_u (local.get $n) (local.get $times))))
    (local.get $sum))
  (func (export "call") (param $times i32) (result i32)
    (local $n i32)
    (loop $again
      (local.set $n (call $next (local.get $n)))
      (br_if $again (i32.lt_u (local.get $n) (local.get $times))))
    (local.get $n))
  ;; The host calls `same`.
  (func (export "back") (param $times i32) (result i32)
    (local $n i32)
    (loop $again
      (local.set $n (i32.add (call $back (local.get $n)) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $n) (local.get $times))))
    (local.get $n))
  ;; The table is asked for more than it may have, too.
  (func (export "grow") (param $times i32) (result i32)
    (local $n i32) (local $sum i32)
    (loop $again
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (local.set $sum
        (i32.add (local.get $sum)
          (i32.add (table.grow $table (ref.null func) (i32.const 1)) (memory.grow (i32.const 0)))))
      (memory.fill (local.get $n) (local.get $n) (i32.const 100))
      (br_if $again (i32.lt_u (local.get $n) (local.get $times))))
    (local.get $sum)))
