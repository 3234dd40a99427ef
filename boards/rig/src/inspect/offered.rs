//! What the boards' runner offers to guests.

mod preview1;

use super::text::quoted;
use preview1::PREVIEW1;

/// Functions by name, with their types in the words of the text format. Some names have two.
type Functions = [(&'static str, &'static str)];

const ENV: &Functions = &[
    ("print", "func (i32, i32) -> ()"),
    ("print_i32", "func (i32) -> ()"),
    ("print_i64", "func (i64) -> ()"),
    ("print_f32", "func (f32) -> ()"),
    ("print_f64", "func (f64) -> ()"),
    ("abort", "func () -> ()"),
    ("abort", "func (i32, i32, i32, i32) -> ()"),
    ("trace", "func (i32, i32, f64, f64, f64, f64, f64) -> ()"),
    ("seed", "func () -> (f64)"),
    ("Date.now", "func () -> (f64)"),
    ("console.log", "func (i32) -> ()"),
    ("console.debug", "func (i32) -> ()"),
    ("console.info", "func (i32) -> ()"),
    ("console.warn", "func (i32) -> ()"),
    ("console.error", "func (i32) -> ()"),
    ("emscripten_notify_memory_growth", "func (i32) -> ()"),
];

const VELLUM: &Functions =
    &[("log", "func (i32, i32) -> ()"), ("panic", "func (i32, i32, i32, i32, i32, i32) -> ()")];

/// By module, what it offers there.
const OFFERED: [(&str, &Functions); 5] = [
    ("env", ENV),
    ("vellum", VELLUM),
    ("wasi_snapshot_preview1", PREVIEW1),
    ("wasi_unstable", PREVIEW1),
    ("wasi", &[("thread-spawn", "func (i32) -> (i32)")]),
];

fn functions(module: &str) -> Option<&'static Functions> {
    OFFERED.iter().find(|(from, _)| *from == module).map(|(_, functions)| *functions)
}

fn names_of(functions: &'static Functions) -> Vec<&'static str> {
    let mut names: Vec<_> = functions.iter().map(|(name, _)| *name).collect();
    names.dedup();
    names
}

/// The names of the functions that it offers in a module.
pub(crate) fn names(module: &str) -> Vec<&'static str> {
    functions(module).map(names_of).unwrap_or_default()
}

/// The types of the function of that name, any of which a guest may import; none if the runner has no such
/// function. Memories and tables of other names it makes.
pub(crate) fn types(module: &str, name: &str) -> Vec<&'static str> {
    let functions = functions(module).unwrap_or_default().iter();
    functions.filter(|(offered, _)| *offered == name).map(|(_, ty)| *ty).collect()
}

/// What the runner offers in a module, in one line, for one who imports something else from there.
pub(crate) fn instead(module: &str) -> String {
    match functions(module) {
        Some(functions) => {
            let names = names_of(functions).join(" ");
            format!("the runner offers in {}: {names}", quoted(module))
        }
        None => {
            let modules: Vec<_> = OFFERED.iter().map(|(from, _)| quoted(from)).collect();
            format!("the runner offers functions in {}", modules.join(", "))
        }
    }
}
