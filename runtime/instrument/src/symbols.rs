//! What a module says of its code: names of functions, and with debug information where they come from.

use crate::error::InstrumentError;
use crate::lines::Lines;
use crate::symbol::Symbol;
use parser::{KnownCustom, Name, NameSectionReader, Parser, Payload, TypeRef};
use std::collections::HashMap;
use std::ops::Range;

/// What a module says of its code.
///
/// ```
/// use vellum_instrument::Symbols;
///
/// let module = wat::parse_str("(module (func $first nop) (func nop))").unwrap();
/// let symbols = Symbols::of(&module)?;
/// assert_eq!(symbols.function(0).as_deref(), Some("first"));
/// assert_eq!(symbols.function(1), None);
/// # Ok::<(), vellum_instrument::InstrumentError>(())
/// ```
#[derive(Debug)]
pub struct Symbols<'a> {
    names: HashMap<u32, String>,
    imported: u32,
    /// Where the bodies of functions are in the module.
    bodies: Vec<Range<u64>>,
    lines: Lines<'a>,
}

impl<'a> Symbols<'a> {
    /// Reads what a module says of its code.
    ///
    /// # Errors
    ///
    /// If the module is malformed, or its debug information. Malformed names count as none.
    pub fn of(module: &'a [u8]) -> Result<Self, InstrumentError> {
        let (mut names, mut imported, mut bodies) = (HashMap::new(), 0, Vec::new());
        let (mut sections, mut code) = (HashMap::new(), 0);
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let is_function = matches!(import?.ty, TypeRef::Func(_));
                        imported += u32::from(is_function);
                    }
                }
                Payload::CodeSectionStart { unchecked_range, .. } => code = unchecked_range.start,
                Payload::CodeSectionEntry(body) => bodies.push(body.range()),
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(section) = section.as_known() {
                        read_names(&mut names, section);
                    }
                    sections.insert(section.name(), section.data());
                }
                _ => {}
            }
        }
        Ok(Self { names, imported, bodies, lines: Lines::of(&sections, code)? })
    }

    /// The name of a function, as its source has it, if it has one.
    pub fn function(&self, index: u32) -> Option<String> {
        Some(format!("{:#}", rustc_demangle::demangle(self.names.get(&index)?)))
    }

    /// The function whose body is at an offset of the module.
    pub fn function_at(&self, offset: u32) -> Option<u32> {
        let offset = u64::from(offset);
        let index = self.bodies.partition_point(|body| body.end <= offset);
        let is_there = self.bodies.get(index)?.contains(&offset);
        is_there.then(|| self.imported + index as u32)
    }

    /// The function at an offset of the module, and the offset in its body, locals included.
    pub(crate) fn in_function(&self, offset: u32) -> Option<(u32, u32)> {
        let function = self.function_at(offset)?;
        let body = self.bodies.get((function - self.imported) as usize)?;
        Some((function, u32::try_from(u64::from(offset) - body.start).ok()?))
    }

    /// What is executed at an offset of the module: functions that are inlined there, innermost first, and
    /// the one that they are inlined in.
    pub fn at(&self, offset: u32) -> Vec<Symbol> {
        let mut symbols = self.lines.at(offset);
        if symbols.is_empty() {
            symbols.push(Symbol { name: None, location: None });
        }
        if let Some(last) = symbols.last_mut()
            && last.name.is_none()
        {
            last.name = self.function_at(offset).and_then(|index| self.function(index));
        }
        symbols
    }
}

fn read_names(names: &mut HashMap<u32, String>, section: NameSectionReader<'_>) {
    for name in section.into_iter().map_while(Result::ok) {
        if let Name::Function(functions) = name {
            let functions = functions.into_iter().map_while(Result::ok);
            names.extend(functions.map(|name| (name.index, name.name.to_owned())));
        }
    }
}
