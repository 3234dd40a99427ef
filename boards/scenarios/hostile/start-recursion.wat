(module (func $start (call $start)) (start $start))
