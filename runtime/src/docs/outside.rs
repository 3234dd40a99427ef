#![doc = include_str!("../../docs/outside.md")]
