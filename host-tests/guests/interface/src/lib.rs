//! What the tests of `interface!` call.

#![no_std]

mod display;
mod shared;

use display::{Pixel, Touch};
use shared::Reading;

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

#[unsafe(no_mangle)]
extern "C" fn draw() -> u32 {
    let mut pixels = [1, 2, 3].map(|x| Pixel { x, y: 10 * x, brightness: 100_000 * u32::from(x) });
    display::brighten(&mut pixels);
    let [first, ..] = pixels;
    let drawn = display::draw(&pixels, &first);
    let mut touch = Touch { at: drawn, force: 0.5 };
    display::next(&mut touch);
    u32::from(touch == Touch { at: drawn + 1, force: 0.25 })
}

#[unsafe(no_mangle)]
extern "C" fn measure(index: u32, celsius: f32) {
    shared::put(index, &Reading { at: 10 * index, celsius });
}

#[unsafe(no_mangle)]
extern "C" fn warmest(count: u32) -> f32 {
    let mut reading = Reading { at: 0, celsius: 0.0 };
    let celsius = (0..count).map(|index| {
        shared::get(index, &mut reading);
        if reading.at == 10 * index { reading.celsius } else { f32::NAN }
    });
    celsius.fold(f32::MIN, f32::max)
}
