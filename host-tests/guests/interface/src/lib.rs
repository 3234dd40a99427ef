//! What the tests of `interface!` call.

#![no_std]

mod display;

#[unsafe(no_mangle)]
extern "C" fn run(column: u32) -> u64 {
    display::clear();
    let columns = display::show(column, "grüße");
    display::picture("", &[1, 2, 255], 0.5);
    u64::from(columns) + display::wait(-7)
}
