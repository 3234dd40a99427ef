(global $gv (mut v128) (v128.const i64x2 5 6))
(func $id_v128 (param v128) (result v128) local.get 0)
