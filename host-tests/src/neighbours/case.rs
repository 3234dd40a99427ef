//! A small function, and modules of many.

use super::ty::Ty;
use std::fmt::Write;

/// A function to be compared. In its texts `@` stands for its number in the module, so that what it
/// brings along has its own names.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// Parameters, which the text calls `$p0`, `$p1` …
    pub params: Vec<Ty>,
    /// Results.
    pub results: Vec<Ty>,
    /// Locals, which the text calls `$l0`, `$l1` …
    pub locals: Vec<Ty>,
    /// Its instructions.
    pub body: String,
    /// Further definitions that it needs.
    pub aside: String,
    /// Whether it is called with all arguments there are, rather than with some.
    pub every: bool,
    /// Whether memories have addresses of 64 bits.
    pub wide: bool,
    /// Whether it may change memories or globals.
    pub effects: bool,
    /// Whether bits of a NaN that an operator made come out as an integer, or reach a memory.
    pub nan_bits: bool,
}

fn declared(text: &mut String, word: &str, letter: char, types: &[Ty]) {
    for (place, ty) in types.iter().enumerate() {
        let _ = write!(text, " ({word} ${letter}{place} {})", ty.name());
    }
}

impl Case {
    /// The definitions in the text format, exported as the number.
    pub fn text(&self, number: usize) -> String {
        let mut text = format!("(func $f@ (export \"{number}\")");
        declared(&mut text, "param", 'p', &self.params);
        for ty in &self.results {
            let _ = write!(text, " (result {})", ty.name());
        }
        declared(&mut text, "local", 'l', &self.locals);
        let _ = write!(text, "\n  {})\n{}", self.body, self.aside);
        text.replace('@', &number.to_string())
    }
}

/// What every module has besides its cases: two memories, two tables, globals, functions that give back
/// what they get, and imports of [`LIBRARY`] and the module `spectest`.
const SHARED: &str = include_str!("shared.wat");

/// Imports of functions of the host that have results.
const ENV: &str = include_str!("env.wat");

/// What functions with vectors need.
const SIMD: &str = include_str!("simd.wat");

/// The module of another instance, which modules of cases import from as `lib`.
pub const LIBRARY: &str = include_str!("library.wat");

/// The module of these cases.
pub fn module(cases: &[Case]) -> String {
    let functions: String =
        cases.iter().enumerate().map(|(number, case)| case.text(number)).collect();
    let env = if functions.contains("$env_") { ENV } else { "" };
    let simd = if functions.contains("v128") { SIMD } else { "" };
    let shared = if cases.iter().any(|case| case.wide) { &wide() } else { SHARED };
    format!("(module\n{env}{shared}{simd}{functions})")
}

/// The same with memories of 64-bit addresses, and without the sum over them.
fn wide() -> String {
    let (shared, _) = SHARED.split_once("(func (export \"sum\")").unwrap_or((SHARED, ""));
    shared
        .replace("(export \"m0\") 2 3", "(export \"m0\") i64 2 3")
        .replace("(export \"m1\") 2 3", "(export \"m1\") i64 2 3")
        .replace("(data (memory $m0) (i32.const", "(data (memory $m0) (i64.const")
        .replace("(data (memory $m1) (i32.const", "(data (memory $m1) (i64.const")
}
