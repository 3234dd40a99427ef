//! What the tests of `interface!` call.

#![no_std]

mod display;

#[unsafe(no_mangle)]
extern "C" fn run(column: u32) -> u64 {
    display::clear();
    let columns = display::show(column, "grüße");
    display::picture("", &[1, 2, 255], 0.5);
    let mut counted = [0; 4];
    let sum = display::count(5, &mut counted);
    let is_right = counted == [5, 6, 7, 8] && sum == 26;
    u64::from(columns) + display::wait(-7) - u64::from(!is_right)
}
