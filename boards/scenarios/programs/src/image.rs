//! A picture written and read in the QOI format.

use crate::sum::Sum;
use alloc::vec::Vec;

/// Pixels in a row, and rows.
const SIDE: u32 = 40;

/// Runs it.
pub fn run() -> u32 {
    let mut sum = Sum::new();
    for shift in 0..6 {
        let pixels: Vec<u8> = (0..SIDE * SIDE).flat_map(|at| pixel(at, shift)).collect();
        let Ok(bytes) = qoi::encode_to_vec(&pixels, SIDE, SIDE) else { return 0 };
        sum.bytes(&bytes);
        let Ok((header, decoded)) = qoi::decode_to_vec(&bytes) else { return 0 };
        sum.number(header.width).number(u32::from(decoded == pixels));
    }
    sum.value()
}

/// Two circles on a slope.
fn pixel(at: u32, shift: u32) -> [u8; 3] {
    let (x, y) = (at % SIDE, at / SIDE);
    let distance = x.abs_diff(12 + shift).pow(2) + y.abs_diff(20).pow(2);
    match distance {
        0..50 => [200, 30, 30],
        50..120 => [30, 200, (x * 4) as u8],
        _ => [(x + y) as u8, y as u8, 90],
    }
}
