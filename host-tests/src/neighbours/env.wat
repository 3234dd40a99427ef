(import "env" "count" (func $env_count (result i32)))
(import "env" "i32" (func $env_i32 (param i32) (result i32)))
(import "env" "turn" (func $env_turn (param i32 i64) (result i64 i32)))
