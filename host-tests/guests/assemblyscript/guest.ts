@external("env", "print_i32")
declare function print_i32(value: i32): void;

export function add(a: i32, b: i32): void {
  print_i32(a + b);
}
