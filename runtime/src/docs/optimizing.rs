#![doc = include_str!("../../docs/optimizing.md")]
