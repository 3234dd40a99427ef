//! The guest: one exported function for each instruction that reaches a memory.

use std::fmt::Write;

/// Loads, and what their results are.
pub(crate) const LOADS: [(&str, &str); 14] = [
    ("i32.load", "i32"),
    ("i32.load8_s", "i32"),
    ("i32.load8_u", "i32"),
    ("i32.load16_s", "i32"),
    ("i32.load16_u", "i32"),
    ("i64.load", "i64"),
    ("i64.load8_s", "i64"),
    ("i64.load8_u", "i64"),
    ("i64.load16_s", "i64"),
    ("i64.load16_u", "i64"),
    ("i64.load32_s", "i64"),
    ("i64.load32_u", "i64"),
    ("f32.load", "f32"),
    ("f64.load", "f64"),
];

/// Stores, and what they take.
pub(crate) const STORES: [(&str, &str); 9] = [
    ("i32.store", "i32"),
    ("i32.store8", "i32"),
    ("i32.store16", "i32"),
    ("i64.store", "i64"),
    ("i64.store8", "i64"),
    ("i64.store16", "i64"),
    ("i64.store32", "i64"),
    ("f32.store", "f32"),
    ("f64.store", "f64"),
];

/// Constant offsets of loads and stores.
pub(crate) const OFFSETS: [u32; 4] = [0, 1, 65_535, u32::MAX];

/// The bytes of the passive data segment.
pub(crate) const PASSIVE: &str = "passive data of the guest";

/// A type of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Limits {
    pub(crate) minimum: u32,
    pub(crate) maximum: u32,
    /// Whether pages have one byte instead of 64 KiB.
    pub(crate) bytes: bool,
}

/// Who makes the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Maker {
    Host,
    Guest,
}

/// The text of the guest.
pub(crate) fn text(limits: Limits, maker: Maker) -> String {
    let Limits { minimum, maximum, bytes } = limits;
    let page = if bytes { "(pagesize 1)" } else { "" };
    let memory = match maker {
        Maker::Host => format!("(import \"host\" \"memory\" (memory 0 {maximum} {page}))"),
        Maker::Guest => format!(
            "(memory (export \"memory\") {minimum} {maximum} {page})
             (data (i32.const 0) \"\")"
        ),
    };
    let mut text = format!("(module {memory} (data $passive \"{PASSIVE}\")");
    for (index, offset) in OFFSETS.iter().enumerate() {
        for (load, ty) in LOADS {
            write_func(
                &mut text,
                &format!(
                    r#"(export "{load} {index}") (param i32) (result {ty})
                   ({load} offset={offset} (local.get 0))"#
                ),
            );
        }
        for (store, ty) in STORES {
            write_func(
                &mut text,
                &format!(
                    r#"(export "{store} {index}") (param i32 {ty})
                   ({store} offset={offset} (local.get 0) (local.get 1))"#
                ),
            );
        }
    }
    for (name, instruction) in
        [("fill", "memory.fill"), ("copy", "memory.copy"), ("init", "memory.init $passive")]
    {
        write_func(
            &mut text,
            &format!(
                r#"(export "{name}") (param i32 i32 i32)
               ({instruction} (local.get 0) (local.get 1) (local.get 2))"#
            ),
        );
    }
    write_func(&mut text, r#"(export "size") (result i32) (memory.size)"#);
    write_func(
        &mut text,
        r#"(export "grow") (param i32) (result i32) (memory.grow (local.get 0))"#,
    );
    write_func(&mut text, r#"(export "drop") (data.drop $passive)"#);
    text + ")"
}

fn write_func(text: &mut String, func: &str) {
    writeln!(text, "(func {func})").expect("a string takes what is written");
}
