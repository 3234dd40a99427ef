(module (memory 1) (data (i32.const -2) "wraps"))
