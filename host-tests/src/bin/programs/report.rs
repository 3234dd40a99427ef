//! Texts of programs and differences.

use std::fmt::Write;
use vellum_host_tests::programs::{Difference, Program};

/// The program's modules and calls.
pub(crate) fn program(program: &Program) -> String {
    let mut text = String::new();
    for (n, module) in program.modules.iter().enumerate() {
        let module = wasmprinter::print_bytes(module).unwrap_or_else(|error| error.to_string());
        let _ = writeln!(text, ";; m{n}\n{module}");
    }
    for call in &program.calls {
        let _ = writeln!(text, ";; m{}.{}{:x?}", call.instance, call.function, call.arguments);
    }
    text
}

/// A difference, and the smallest program that has one.
pub(crate) fn difference(
    seed: u64,
    first: &Difference,
    small: &Program,
    now: &Difference,
) -> String {
    format!(
        "seed {seed}, {:?}: {}\nreduced: {}\n{}",
        first.setup,
        first.what,
        now.what,
        program(small)
    )
}
