//! The module that is split, section by section.

use crate::error::SplitError;
use crate::names;
use parser::{
    CustomSectionReader, DataSectionReader, ElementSectionReader, ExportSectionReader,
    FunctionBody, GlobalSectionReader, Import, ImportSectionReader, KnownCustom,
    MemorySectionReader, Name, Parser, Payload, TableSectionReader, TypeRef,
};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{FuncType, GlobalType, MemoryType, TableType};

/// A valid module: its sections, and the types of all items, imported ones first.
#[derive(Default)]
pub(crate) struct Source<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) types: Vec<FuncType>,
    pub(crate) imports: Vec<Import<'a>>,
    pub(crate) imported_functions: u32,
    /// The index of each function's type.
    pub(crate) functions: Vec<u32>,
    pub(crate) tables: Vec<TableType>,
    pub(crate) memories: Vec<MemoryType>,
    pub(crate) globals: Vec<GlobalType>,
    pub(crate) table_section: Option<TableSectionReader<'a>>,
    pub(crate) memory_section: Option<MemorySectionReader<'a>>,
    pub(crate) global_section: Option<GlobalSectionReader<'a>>,
    pub(crate) export_section: Option<ExportSectionReader<'a>>,
    pub(crate) start: Option<u32>,
    pub(crate) element_section: Option<ElementSectionReader<'a>>,
    pub(crate) data_count: Option<u32>,
    /// One for each function that the module defines.
    pub(crate) bodies: Vec<FunctionBody<'a>>,
    pub(crate) data_section: Option<DataSectionReader<'a>>,
}

impl<'a> Source<'a> {
    /// Reads a module that is known to be valid.
    ///
    /// # Errors
    ///
    /// If it is prepared, or in parts already.
    pub(crate) fn read(module: &'a [u8]) -> Result<Self, SplitError> {
        let mut source = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            source.add(payload?)?;
        }
        Ok(source)
    }

    fn add(&mut self, payload: Payload<'a>) -> Result<(), SplitError> {
        match payload {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    self.types.push(RoundtripReencoder.func_type(ty?)?);
                }
            }
            Payload::ImportSection(section) => self.add_imports(section)?,
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.functions.push(ty?);
                }
            }
            Payload::TableSection(section) => {
                for table in section.clone() {
                    self.tables.push(RoundtripReencoder.table_type(table?.ty)?);
                }
                self.table_section = Some(section);
            }
            Payload::MemorySection(section) => {
                for ty in section.clone() {
                    self.memories.push(RoundtripReencoder.memory_type(ty?)?);
                }
                self.memory_section = Some(section);
            }
            Payload::GlobalSection(section) => {
                for global in section.clone() {
                    self.globals.push(RoundtripReencoder.global_type(global?.ty)?);
                }
                self.global_section = Some(section);
            }
            Payload::ExportSection(section) => {
                for export in section.clone() {
                    let name = export?.name;
                    if names::is_reserved(name) {
                        return Err(SplitError::Reserved { name: name.to_owned() });
                    }
                }
                self.export_section = Some(section);
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => self.element_section = Some(section),
            Payload::DataCountSection { count, .. } => self.data_count = Some(count),
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::DataSection(section) => self.data_section = Some(section),
            Payload::CustomSection(section) => self.add_custom(&section)?,
            _ => {}
        }
        Ok(())
    }

    fn add_imports(&mut self, section: ImportSectionReader<'a>) -> Result<(), SplitError> {
        for import in section.into_imports() {
            let import = import?;
            if import.module == names::PARTS {
                return Err(SplitError::Reserved { name: import.module.to_owned() });
            }
            match import.ty {
                TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                    self.functions.push(ty);
                    self.imported_functions += 1;
                }
                TypeRef::Table(ty) => self.tables.push(RoundtripReencoder.table_type(ty)?),
                TypeRef::Memory(ty) => self.memories.push(RoundtripReencoder.memory_type(ty)?),
                TypeRef::Global(ty) => self.globals.push(RoundtripReencoder.global_type(ty)?),
                TypeRef::Tag(_) => {}
            }
            self.imports.push(import);
        }
        Ok(())
    }

    fn add_custom(&mut self, section: &CustomSectionReader<'a>) -> Result<(), SplitError> {
        if section.name() == "vellum" && section.data().starts_with(b"\0vpm") {
            return Err(SplitError::Prepared);
        }
        if let KnownCustom::Name(names) = section.as_known() {
            // The section means nothing to the module: what is malformed in it is not read.
            let mut names = names.into_iter().map_while(Result::ok);
            self.name = names.find_map(|name| match name {
                Name::Module { name, .. } => Some(name),
                _ => None,
            });
        }
        Ok(())
    }

    /// The functions that the module defines, with their bodies.
    pub(crate) fn defined(&self) -> impl Iterator<Item = (u32, &FunctionBody<'a>)> {
        (self.imported_functions..).zip(&self.bodies)
    }

    /// The body of a function, unless it is imported.
    pub(crate) fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies.get(function.checked_sub(self.imported_functions)? as usize)
    }

    /// The type of a function.
    pub(crate) fn signature(&self, function: u32) -> &FuncType {
        &self.types[self.functions[function as usize] as usize]
    }
}
