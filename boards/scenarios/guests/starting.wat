;; A start function without an end.
(module
    (func $start (loop (br 0)))
    (start $start))
