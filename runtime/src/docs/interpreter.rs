#![doc = include_str!("../../docs/interpreter.md")]
