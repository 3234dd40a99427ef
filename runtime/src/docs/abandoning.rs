#![doc = include_str!("../../docs/abandoning.md")]
