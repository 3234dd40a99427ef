//! The spectrum of readings.

use crate::sum::{Sum, readings};

/// Runs it.
pub fn run() -> u32 {
    let mut sum = Sum::new();
    let mut values = readings();
    for _ in 0..16 {
        let mut samples = [0.0_f32; 256];
        for (sample, value) in samples.iter_mut().zip(&mut values) {
            *sample = (f32::from(value) - 128.0) / 128.0;
        }
        let spectrum = microfft::real::rfft_256(&mut samples);
        for bin in spectrum.iter() {
            sum.number((bin.norm_sqr() * 16.0) as u32);
        }
    }
    sum.value()
}
