#![doc = include_str!("../../docs/signing.md")]
