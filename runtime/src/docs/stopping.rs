#![doc = include_str!("../../docs/stopping.md")]
