//! Small programs on public crates. Each returns a checksum that is the same everywhere.
//!
//! As guests they are built for `wasm32v1-none`, one module for each file in `bin`, of which the host
//! calls `run`. On the host their test compares the checksums with those on record.
#![no_std]

#[cfg(feature = "std")]
extern crate std;

extern crate alloc;

pub mod cbor;
#[cfg(test)]
mod checksums;
pub mod deflate;
pub mod fft;
#[cfg(target_arch = "wasm32")]
pub mod guest;
pub mod image;
pub mod json;
pub mod position;
#[cfg(feature = "std")]
pub mod regex;
pub mod sha;
pub mod shrink;
pub mod state;
mod sum;

/// What runs the program of this name, if it is built here.
pub fn named(name: &str) -> Option<fn() -> u32> {
    Some(match name {
        "cbor" => cbor::run,
        "deflate" => deflate::run,
        "fft" => fft::run,
        "image" => image::run,
        "json" => json::run,
        "position" => position::run,
        #[cfg(feature = "std")]
        "regex" => regex::run,
        "sha" => sha::run,
        "shrink" => shrink::run,
        "state" => state::run,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{checksums::CHECKSUMS, named};

    #[test]
    fn checksums_are_those_on_record() {
        for (name, checksum) in CHECKSUMS {
            let Some(run) = named(name) else { continue };
            assert_eq!(run(), checksum, "{name}");
        }
    }
}
