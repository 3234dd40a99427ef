//! A device's settings, read and written as JSON without a heap.

use crate::sum::Sum;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Settings<'a> {
    name: &'a str,
    interval: u32,
    gain: f32,
    channels: [Channel; 4],
    #[serde(borrow)]
    owner: Option<Owner<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Channel {
    pin: u8,
    inverted: bool,
    mode: Mode,
    offset: i16,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Off,
    Raw,
    Average(u8),
}

#[derive(Serialize, Deserialize)]
struct Owner<'a> {
    name: &'a str,
    keys: [u32; 3],
}

const TEXT: &str = r#"{
    "name": "pump-7", "interval": 1500, "gain": 0.75,
    "channels": [
        {"pin": 3, "inverted": true, "mode": "raw", "offset": -12},
        {"pin": 4, "inverted": false, "mode": {"average": 8}, "offset": 0},
        {"pin": 5, "inverted": false, "mode": "off", "offset": 250},
        {"pin": 9, "inverted": true, "mode": {"average": 32}, "offset": -32768}
    ],
    "owner": {"name": "water works", "keys": [1, 4294967295, 77]}
}"#;

/// Runs it.
pub fn run() -> u32 {
    let mut sum = Sum::new();
    let mut text = [0; 512];
    for round in 0..24 {
        let Ok((mut settings, _)) = serde_json_core::from_str::<Settings<'_>>(TEXT) else {
            return 0;
        };
        settings.interval += round;
        settings.channels[0].offset -= round as i16;
        settings.gain += round as f32;
        if round % 4 == 0 {
            settings.owner = None;
        }
        let Ok(length) = serde_json_core::to_slice(&settings, &mut text) else { return 0 };
        sum.bytes(&text[..length]);
    }
    sum.number(u32::from(serde_json_core::from_str::<Settings<'_>>(&TEXT[..90]).is_err()));
    sum.value()
}
