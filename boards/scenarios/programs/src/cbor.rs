//! A message of readings, written and read as CBOR.

use crate::sum::{Sum, readings};
use alloc::{format, string::String, vec::Vec};
use minicbor::{Decode, Encode};

#[derive(Encode, Decode)]
struct Message {
    #[n(0)]
    device: String,
    #[n(1)]
    at: u64,
    #[n(2)]
    readings: Vec<Reading>,
}

#[derive(Encode, Decode)]
struct Reading {
    #[n(0)]
    channel: u16,
    #[n(1)]
    value: f32,
    #[n(2)]
    quality: Option<u8>,
}

/// Runs it.
pub fn run() -> u32 {
    let mut sum = Sum::new();
    let mut values = readings();
    for round in 0..8_u64 {
        let mut next = || values.next().unwrap_or_default();
        let readings = (0..40)
            .map(|channel| Reading {
                channel,
                value: f32::from(next()) * 0.5,
                quality: channel.is_multiple_of(3).then(&mut next),
            })
            .collect();
        let device = format!("sensor-{round}");
        let message = Message { device, at: round << 33, readings };
        let Ok(bytes) = minicbor::to_vec(&message) else { return 0 };
        sum.bytes(&bytes);
        let Ok(message) = minicbor::decode::<Message>(&bytes) else { return 0 };
        for reading in &message.readings {
            sum.number(reading.value.to_bits()).number(reading.quality.map_or(256, u32::from));
        }
        sum.bytes(message.device.as_bytes()).number((message.at >> 32) as u32);
    }
    sum.value()
}
