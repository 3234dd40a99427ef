//! Reads behind the end of a table, in a function that is inlined into the exported one.
#![no_std]
#![no_main]

static TABLE: [u32; 4] = [1, 2, 3, 4];

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

#[inline(never)]
fn look_up(index: usize) -> u32 {
    TABLE[index]
}

#[inline(always)]
fn sum(a: usize, b: usize) -> u32 {
    look_up(a) + look_up(b)
}

#[unsafe(no_mangle)]
extern "C" fn run(a: usize, b: usize) -> u32 {
    sum(a, b)
}
