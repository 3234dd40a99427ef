#![doc = include_str!("../../docs/backtraces.md")]
