(module (import "env" "print_i32" (func (param i64))))
