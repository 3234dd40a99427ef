;; A table indexed with `i64`, which only a module can make.
(module (table (export "table64") i64 10 20 funcref))
