(import "spectest" "print" (func $host))
(import "spectest" "print_i32" (func $host_i32 (param i32)))
(import "spectest" "print_i64" (func $host_i64 (param i64)))
(import "spectest" "print_f64_f64" (func $host_f64_f64 (param f64 f64)))
(import "lib" "none" (func $lib_none))
(import "lib" "count" (func $lib_count (result i32)))
(import "lib" "i32" (func $lib_i32 (param i32) (result i32)))
(import "lib" "take" (func $lib_take (param i64 i32)))
(import "lib" "turn" (func $lib_turn (param i32 i64) (result i64 i32)))
(memory $m0 (export "m0") 2 3)
(memory $m1 (export "m1") 2 3)
(data (memory $m0) (i32.const 0) "\01\00\00\00\ff\fe\fd\fc\80\7f\00\80\00\00\c0\7f\00\00\a0\7f\11\22\33\44\55\66\77\88\99")
(data (memory $m0) (i32.const 65528) "\00\01\02\03\04\05\06\07\88\99\aa\bb\cc\dd\ee\ff\10\20\30\40\50\60\70\80")
(data (memory $m1) (i32.const 0) "\f1\00\00\00\0f\1e\2d\3c\4b\5a\69\78\87\96\a5\b4\c3\d2\e1\f0")
(data (memory $m1) (i32.const 65528) "\a0\a1\a2\a3\a4\a5\a6\a7\b8\b9\ba\bb\bc\bd\be\bf\c0\d0\e0\f0")
(global $gi (export "gi") (mut i32) (i32.const 5))
(global $gl (export "gl") (mut i64) (i64.const 0x100000007))
(global $gf (export "gf") (mut f32) (f32.const 1.5))
(global $gd (export "gd") (mut f64) (f64.const -2.5))
(global $ci i32 (i32.const 3))
(global $cl i64 (i64.const 0x300000004))
(table $t (export "t") 8 10 funcref)
(table $u 4 6 funcref)
(elem (table $t) (i32.const 1) func $id_i32 $id_i64 $id_f32 $id_f64 $two $swap)
(elem (table $u) (i32.const 0) func $id_i32 $two)
(func $id_i32 (param i32) (result i32) local.get 0)
(func $id_i64 (param i64) (result i64) local.get 0)
(func $id_f32 (param f32) (result f32) local.get 0)
(func $id_f64 (param f64) (result f64) local.get 0)
(func $id_funcref (param funcref) (result funcref) local.get 0)
(func $two (param i32) (result i32 i64)
  local.get 0 i32.const 1 i32.add local.get 0 i64.extend_i32_s)
(func $swap (param i32 i32) (result i32 i32) local.get 1 local.get 0)
(func (export "sum") (result i64) (local $at i32) (local $sum i64)
  loop $next
    local.get $sum i64.const 31 i64.mul
    local.get $at i64.load $m0 i64.add
    i64.const 31 i64.mul
    local.get $at i64.load $m1 i64.add
    local.set $sum
    local.get $at i32.const 8 i32.add local.tee $at
    i32.const 131072 i32.lt_u br_if $next
  end
  local.get $sum)
