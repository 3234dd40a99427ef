//! What the runner's linker takes of the heap for what a module imports, beside what is linked.

use crate::inspect::offered;
use wasmparser::{Import, Parser, Payload, TypeRef};

/// Bytes of a definition at most, without its names.
const DEFINITION: usize = 80;
/// Definitions that a linker has room for at least.
const FEWEST: usize = 4;
/// Bytes of a table or a global that is made for a guest at most, and of an element of a table.
const MADE: usize = 256;
const ELEMENT: usize = 16;

/// Bytes of heap at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Linking {
    /// What stays: tables and globals that are made, and the names of functions that nobody offers, by which
    /// calls of them are told.
    pub(crate) kept: usize,
    /// The most while it links, with what stays.
    pub(crate) peak: usize,
}

impl Linking {
    /// For the imports of a module, as far as they can be read.
    pub(crate) fn of(binary: &[u8]) -> Self {
        let (mut kept, mut names, mut longest, mut count) = (0_usize, 0, 0, 0);
        for import in imports(binary) {
            let Import { module, name, ty } = import;
            let bytes = module.len() + name.len();
            let stays = match ty {
                TypeRef::Func(_) if offered::types(module, name).is_empty() => bytes,
                TypeRef::Table(table) => {
                    let elements = usize::try_from(table.initial).unwrap_or(usize::MAX);
                    elements.saturating_mul(ELEMENT).saturating_add(MADE)
                }
                TypeRef::Global(_) => MADE,
                _ => 0,
            };
            kept = kept.saturating_add(stays);
            (names, longest, count) = (names + bytes, bytes.max(longest), count + 1);
        }
        if count == 0 {
            return Self::default();
        }
        // While the list of definitions grows, the shorter one is there as well.
        let room = usize::next_power_of_two(count).max(FEWEST) * 3 / 2;
        // An error that tells of an import has its names.
        let peak = kept.saturating_add(names + longest + room * DEFINITION);
        Self { kept, peak }
    }
}

fn imports(binary: &[u8]) -> Vec<Import<'_>> {
    let payloads = Parser::new(0).parse_all(binary).map_while(Result::ok);
    let section = payloads.into_iter().find_map(|payload| match payload {
        Payload::ImportSection(imports) => Some(imports),
        _ => None,
    });
    section.into_iter().flatten().map_while(Result::ok).collect()
}

#[cfg(test)]
mod tests {
    use super::{DEFINITION, ELEMENT, Linking, MADE};

    fn linking(imports: &str) -> Linking {
        Linking::of(&wat::parse_str(format!("(module {imports})")).unwrap())
    }

    #[test]
    fn names_are_there_once_or_twice_and_once_in_an_error() {
        assert_eq!(linking("(memory 1)"), Linking::default());
        let offered = r#"(import "env" "print" (func (param i32 i32)))"#;
        assert_eq!(linking(offered), Linking { kept: 0, peak: 8 + 8 + 6 * DEFINITION });
        let others = r#"(import "env" "no" (func)) (import "m" "global" (global i32))"#;
        let kept = 5 + MADE;
        assert_eq!(linking(others), Linking { kept, peak: kept + 12 + 7 + 6 * DEFINITION });
        let five: String = (0..5).map(|n| format!(r#"(import "m" "{n}" (func))"#)).collect();
        assert_eq!(linking(&five), Linking { kept: 10, peak: 22 + 12 * DEFINITION });
    }

    #[test]
    fn tables_are_made() {
        let ten = linking(r#"(import "m" "t" (table 10 funcref))"#);
        assert_eq!(ten.kept, MADE + 10 * ELEMENT);
        // What no board has.
        let all = linking(r#"(import "m" "t" (table i64 0xffffffffffffffff funcref))"#);
        assert_eq!((all.kept, all.peak), (usize::MAX, usize::MAX));
    }

    #[test]
    fn what_can_not_be_read_is_left_out() {
        let module = wat::parse_str(r#"(module (import "a" "b" (func)) (func))"#).unwrap();
        for length in 0..module.len() {
            assert!(Linking::of(&module[..length]).peak <= Linking::of(&module).peak);
        }
    }
}
