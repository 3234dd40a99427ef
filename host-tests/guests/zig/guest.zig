extern "env" fn print_i32(value: i32) void;

export fn add(a: i32, b: i32) void {
    print_i32(a +% b);
}
