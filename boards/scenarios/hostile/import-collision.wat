;; Imports the name that a pass would give the module's own memory.
(module (import "vellum" "0" (memory 1)) (memory 1))
