//! A guest with a table of a kilobyte, and as many features as are switched on.

#![no_std]

use core::hint::black_box;
use vellum_guest::log;

static SQUARES: [u32; 256] = {
    let mut squares = [0; 256];
    let mut at = 0;
    while at < squares.len() {
        squares[at] = (at * at) as u32;
        at += 1;
    }
    squares
};

#[unsafe(no_mangle)]
extern "C" fn _start() {
    log!("hello");
}

/// The square of a number's last byte.
#[unsafe(no_mangle)]
extern "C" fn square(number: u8) -> u32 {
    black_box(&SQUARES)[usize::from(number)]
}

#[cfg(feature = "number")]
#[unsafe(no_mangle)]
extern "C" fn number(value: i32) {
    log!("value {value}");
}

#[cfg(feature = "float")]
#[unsafe(no_mangle)]
extern "C" fn float(value: f32) {
    log!("value {value}");
}

#[cfg(feature = "vector")]
#[unsafe(no_mangle)]
extern "C" fn vector(count: u32) -> u32 {
    extern crate alloc;
    black_box((0..count).collect::<alloc::vec::Vec<u32>>()).iter().sum()
}

#[cfg(feature = "index")]
#[unsafe(no_mangle)]
extern "C" fn index(at: usize) -> u32 {
    black_box(&SQUARES)[at]
}
