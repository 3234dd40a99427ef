//! What a job says of imports that it can't link.

use alloc::string::String;
use core::fmt::{self, Write};

use vellum::{Error, ExternType, ImportMismatch, Linker, Module, Mutability, PAGE_SIZE, Store};

use super::{Failure, program::Program};
use crate::Platform;

/// Unknown imports that are named.
const LISTED: usize = 20;

/// The failure of an instantiation: all imports that are unknown, or both types of the one that is
/// incompatible.
#[inline(never)]
#[cold]
pub(super) fn failure<P: Platform>(
    linker: &Linker<Program<P>>,
    store: &mut Store<Program<P>>,
    module: &Module,
    error: Error,
) -> Failure {
    let text = match &error {
        Error::UnknownImport { .. } => unknown(linker, module),
        Error::IncompatibleImport { module: from, name, mismatch: ImportMismatch::Type } => {
            incompatible(linker, store, module, [from, name])
        }
        _ => None,
    };
    text.map_or_else(|| Failure::starting(error), Failure::Unlinked)
}

/// The unknown imports, if there are several.
fn unknown<P: Platform>(linker: &Linker<Program<P>>, module: &Module) -> Option<String> {
    let unknown =
        || module.imports().filter(|import| !linker.contains(import.module(), import.name()));
    let count = unknown().count();
    if count < 2 {
        return None;
    }
    let mut text = Text(String::new());
    text.write_str("unknown imports: ").ok()?;
    for (index, import) in unknown().take(LISTED).enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(text, "{comma}{:?}.{:?}", import.module(), import.name()).ok()?;
    }
    if count > LISTED {
        write!(text, " and {} more", count - LISTED).ok()?;
    }
    Some(text.0)
}

/// A text as far as the heap has room for it.
struct Text(String);

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.try_reserve(text.len()).map_err(|_| fmt::Error)?;
        self.0.push_str(text);
        Ok(())
    }
}

fn incompatible<P: Platform>(
    linker: &Linker<Program<P>>,
    store: &mut Store<Program<P>>,
    module: &Module,
    [from, name]: [&str; 2],
) -> Option<String> {
    let found = linker.get(&mut *store, from, name).ok()??.ty(&*store).ok()?;
    let mut imports =
        module.imports().filter(|import| (import.module(), import.name()) == (from, name));
    let import = imports.find(|import| *import.ty() != found)?;
    let (expected, found) = (Type(import.ty()), Type(&found));
    let mut text = Text(String::new());
    let types = format_args!("expected {expected}, found {found}");
    write!(text, "incompatible import: {from:?}.{name:?}: {types}").ok()?;
    Some(text.0)
}

/// A type in one line, with the words of the text format.
struct Type<'a>(&'a ExternType);

impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ExternType::Func(ty) => write!(f, "func {ty}"),
            ExternType::Global(ty) => {
                let mutable = if ty.mutability() == Mutability::Var { "mut " } else { "" };
                write!(f, "global {mutable}{}", ty.content())
            }
            ExternType::Table(ty) => {
                limits(f, "table", ty.minimum(), ty.maximum())?;
                write!(f, " {}", ty.element())
            }
            ExternType::Memory(ty) => {
                limits(f, "memory", ty.minimum(), ty.maximum())?;
                if ty.page_size() != PAGE_SIZE as u64 {
                    write!(f, " of pages of {} bytes", ty.page_size())?;
                }
                f.write_str(if ty.is_shared() { " shared" } else { "" })
            }
            _ => f.write_str("of another kind"),
        }
    }
}

fn limits(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    minimum: u64,
    maximum: Option<u64>,
) -> fmt::Result {
    write!(f, "{what} {minimum}")?;
    maximum.map_or(Ok(()), |maximum| write!(f, " {maximum}"))
}
