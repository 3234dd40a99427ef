;; Each fits the pool, both do not.
(module (memory 1 65536) (memory 1 65536))
