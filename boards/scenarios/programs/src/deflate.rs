//! Readings decompressed from zlib's format.

use crate::sum::{Sum, readings};
use alloc::{vec, vec::Vec};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// Bytes of a block that is stored, not compressed.
const STORED: usize = 300;

/// Runs it.
pub fn run() -> u32 {
    let mut sum = Sum::new();
    let Ok(text) = decompress_to_vec_zlib_with_limit(TEXT, 8192) else { return 0 };
    sum.bytes(&text);
    let data: Vec<u8> = readings().take(STORED).collect();
    let Ok(data) = decompress_to_vec_zlib_with_limit(&stored(&data), 8192) else { return 0 };
    sum.bytes(&data);
    let mut broken = TEXT.to_vec();
    broken[40] ^= 0x10;
    sum.number(u32::from(decompress_to_vec_zlib_with_limit(&broken, 8192).is_err()));
    sum.value()
}

/// Data as zlib writes it without compressing.
fn stored(data: &[u8]) -> Vec<u8> {
    let length = data.len() as u16;
    let mut bytes = vec![0x78, 0x01, 0x01];
    bytes.extend(length.to_le_bytes());
    bytes.extend((!length).to_le_bytes());
    bytes.extend(data);
    let (a, b) = data.iter().fold((1_u32, 0_u32), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    bytes.extend(((b << 16) | a).to_be_bytes());
    bytes
}

/// A text of 4,096 bytes, compressed.
const TEXT: &[u8] = include_bytes!("text.zlib");
