//! What has to be known of a module before it is rewritten.

use crate::effects::Effects;
use crate::error::InstrumentError;
use crate::names;
use parser::{CustomSectionReader, Operator, Parser, Payload, TypeRef};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{FuncType, ValType};

/// What has to be known of a valid module before it is rewritten.
#[derive(Default)]
pub(crate) struct Source {
    pub(crate) types: Vec<FuncType>,
    /// The index of each function's type, imported ones first.
    pub(crate) functions: Vec<u32>,
    pub(crate) imported_functions: u32,
    pub(crate) memories: u32,
    pub(crate) globals: u32,
    /// Whether there are tail calls that look for their callees when they are executed.
    pub(crate) has_pending: bool,
    /// What functions with several results return that branch out of their bodies.
    pub(crate) blocks: Vec<Vec<ValType>>,
    bodies: u32,
}

impl Source {
    /// Reads a module that is known to be valid.
    ///
    /// # Errors
    ///
    /// If it is prepared, in parts, or instrumented already.
    pub(crate) fn read(module: &[u8]) -> Result<Self, InstrumentError> {
        let mut source = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            source.add(payload?)?;
        }
        Ok(source)
    }

    /// The type of a function.
    pub(crate) fn signature(&self, function: u32) -> &FuncType {
        &self.types[self.functions[function as usize] as usize]
    }

    fn add(&mut self, payload: Payload<'_>) -> Result<(), InstrumentError> {
        match payload {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    self.types.push(RoundtripReencoder.func_type(ty?)?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    refuse(import.module, names::PARTS)?;
                    refuse(import.module, names::PROFILE[0])?;
                    match import.ty {
                        TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                            self.functions.push(ty);
                            self.imported_functions += 1;
                        }
                        TypeRef::Memory(_) => self.memories += 1,
                        TypeRef::Global(_) => self.globals += 1,
                        TypeRef::Table(_) | TypeRef::Tag(_) => {}
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.functions.push(ty?);
                }
            }
            Payload::MemorySection(section) => self.memories += section.count(),
            Payload::GlobalSection(section) => self.globals += section.count(),
            Payload::ExportSection(section) => {
                for export in section {
                    let name = export?.name;
                    refuse(name, names::PREFIX)?;
                    refuse(name, names::PARTS)?;
                }
            }
            Payload::CodeSectionEntry(body) => {
                let function = self.imported_functions + self.bodies;
                self.bodies += 1;
                for operator in body.get_operators_reader()? {
                    self.has_pending |= matches!(
                        operator?,
                        Operator::ReturnCallIndirect { .. } | Operator::ReturnCallRef { .. }
                    );
                }
                let results = self.signature(function).results();
                if results.len() > 1 && Effects::of(&body)?.branches_out {
                    let results = results.to_vec();
                    if !self.blocks.contains(&results) {
                        self.blocks.push(results);
                    }
                }
            }
            Payload::CustomSection(section) => refuse_prepared(&section)?,
            _ => {}
        }
        Ok(())
    }
}

fn refuse(name: &str, reserved: &str) -> Result<(), InstrumentError> {
    if name.starts_with(reserved) {
        return Err(InstrumentError::Reserved { name: name.to_owned() });
    }
    Ok(())
}

fn refuse_prepared(section: &CustomSectionReader<'_>) -> Result<(), InstrumentError> {
    if section.name() == "vellum" && section.data().starts_with(b"\0vpm") {
        return Err(InstrumentError::Prepared);
    }
    Ok(())
}
