(module (import "env" "format_flash" (func)) (func $start (call 0)) (start $start))
