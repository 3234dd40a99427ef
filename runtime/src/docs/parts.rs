#![doc = include_str!("../../docs/parts.md")]
