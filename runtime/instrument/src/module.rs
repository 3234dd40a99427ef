//! The module that is written: the original one with more in its sections.

use crate::error::InstrumentError;
use crate::layout::BEHIND;
use crate::names;
use crate::options::InstrumentOptions;
use crate::source::Source;
use parser::{
    CustomSectionReader, ExportSectionReader, FunctionBody, GlobalSectionReader,
    ImportSectionReader, MemArg, MemorySectionReader, TypeSectionReader,
};
use std::collections::HashMap;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, EntityType, ExportKind, ExportSection, FuncType,
    GlobalSection, GlobalType, ImportSection, MemorySection, MemoryType, Module, SectionId,
    TypeSection, ValType,
};

/// Rewrites a module.
pub(crate) struct Instrumenter<'a> {
    pub(crate) options: &'a InstrumentOptions,
    source: &'a Source,
    /// The memory with the shadow stack.
    pub(crate) memory: u32,
    /// The global with its size.
    pub(crate) top: u32,
    pub(crate) has_pending: bool,
    /// Types of blocks, by what they return.
    pub(crate) block_types: HashMap<Vec<ValType>, u32>,
    /// Whether the instruction that was converted last has an address.
    pub(crate) reaches_memory: bool,
    next_function: u32,
    is_written: [bool; ADDED.len()],
}

/// Sections that there are in any case, in their order; the first two of a profiled module.
const ADDED: [SectionId; 5] =
    [SectionId::Type, SectionId::Import, SectionId::Memory, SectionId::Global, SectionId::Export];

impl<'a> Instrumenter<'a> {
    pub(crate) fn new(source: &'a Source, options: &'a InstrumentOptions) -> Self {
        let first = source.types.len() as u32;
        Self {
            options,
            source,
            memory: source.memories,
            top: source.globals,
            has_pending: source.has_pending,
            block_types: source.blocks.iter().cloned().zip(first..).collect(),
            reaches_memory: false,
            next_function: source.imported_functions,
            is_written: [options.profile.is_none(), options.profile.is_none(), false, false, false],
        }
    }

    /// The type of a function.
    pub(crate) fn signature(&self, function: u32) -> &FuncType {
        self.source.signature(function)
    }

    /// How many parameters a function has.
    pub(crate) fn parameters(&self, function: u32) -> u32 {
        self.signature(function).params().len() as u32
    }

    /// The function that a profiled module tells units by.
    pub(crate) fn sample(&self) -> u32 {
        self.source.imported_functions
    }

    /// The global that counts units down.
    pub(crate) fn units(&self) -> u32 {
        self.top + 1
    }

    fn add_types(&mut self, types: &mut TypeSection) {
        self.is_written[0] = true;
        for results in &self.source.blocks {
            types.ty().function([], results.iter().copied());
        }
        if self.options.profile.is_some() {
            types.ty().function([ValType::I32], []);
        }
    }

    fn add_import(&mut self, imports: &mut ImportSection) {
        self.is_written[1] = true;
        if self.options.profile.is_some() {
            let [module, name] = names::PROFILE;
            let ty = (self.source.types.len() + self.source.blocks.len()) as u32;
            imports.import(module, name, EntityType::Function(ty));
        }
    }

    fn add_memory(&mut self, memories: &mut MemorySection) {
        self.is_written[2] = true;
        let bytes = u64::from(self.options.bytes() + BEHIND);
        memories.memory(MemoryType {
            minimum: bytes,
            maximum: Some(bytes),
            memory64: false,
            shared: false,
            page_size_log2: Some(0),
        });
    }

    fn add_global(&mut self, globals: &mut GlobalSection) {
        self.is_written[3] = true;
        let ty = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(ty, &ConstExpr::i32_const(0));
        if let Some(units) = self.options.profile {
            globals.global(ty, &ConstExpr::i32_const(units.cast_signed()));
        }
    }

    fn add_exports(&mut self, exports: &mut ExportSection) {
        self.is_written[4] = true;
        exports.export(names::STACK, ExportKind::Memory, self.memory);
        exports.export(names::TOP, ExportKind::Global, self.top);
        if self.options.core_dump {
            for index in 0..self.memory {
                exports.export(&format!("{}{index}", names::MEMORY), ExportKind::Memory, index);
            }
            for index in 0..self.top {
                exports.export(&format!("{}{index}", names::GLOBAL), ExportKind::Global, index);
            }
        }
    }
}

impl Reencode for Instrumenter<'_> {
    type Error = InstrumentError;

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error<InstrumentError>> {
        utils::parse_type_section(self, types, section)?;
        self.add_types(types);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error<InstrumentError>> {
        utils::parse_import_section(self, imports, section)?;
        self.add_import(imports);
        Ok(())
    }

    /// An import of a profiled module comes before the functions that it defines.
    fn function_index(&mut self, function: u32) -> Result<u32, Error<InstrumentError>> {
        let is_behind = self.options.profile.is_some() && function >= self.sample();
        Ok(function + u32::from(is_behind))
    }

    fn parse_memory_section(
        &mut self,
        memories: &mut MemorySection,
        section: MemorySectionReader<'_>,
    ) -> Result<(), Error<InstrumentError>> {
        utils::parse_memory_section(self, memories, section)?;
        self.add_memory(memories);
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Result<(), Error<InstrumentError>> {
        utils::parse_global_section(self, globals, section)?;
        self.add_global(globals);
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Error<InstrumentError>> {
        utils::parse_export_section(self, exports, section)?;
        self.add_exports(exports);
        Ok(())
    }

    /// Adds the sections that the original module lacks.
    fn intersperse_section_hook(
        &mut self,
        module: &mut Module,
        _: Option<SectionId>,
        before: Option<SectionId>,
    ) -> Result<(), Error<InstrumentError>> {
        for (index, section) in ADDED.into_iter().enumerate() {
            let is_here = before.is_none_or(|before| place(before) > place(section));
            if !is_here || self.is_written[index] {
                continue;
            }
            match section {
                SectionId::Type => {
                    let mut types = TypeSection::new();
                    self.add_types(&mut types);
                    module.section(&types);
                }
                SectionId::Import => {
                    let mut imports = ImportSection::new();
                    self.add_import(&mut imports);
                    module.section(&imports);
                }
                SectionId::Memory => {
                    let mut memories = MemorySection::new();
                    self.add_memory(&mut memories);
                    module.section(&memories);
                }
                SectionId::Global => {
                    let mut globals = GlobalSection::new();
                    self.add_global(&mut globals);
                    module.section(&globals);
                }
                _ => {
                    let mut exports = ExportSection::new();
                    self.add_exports(&mut exports);
                    module.section(&exports);
                }
            }
        }
        Ok(())
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<InstrumentError>> {
        let index = self.next_function;
        self.next_function += 1;
        code.function(&self.function(index, &body).map_err(Error::UserError)?);
        Ok(())
    }

    /// The names stay where functions have the indices that they had. Debug information does not: it is
    /// of the original module.
    fn parse_custom_section(
        &mut self,
        module: &mut Module,
        section: CustomSectionReader<'_>,
    ) -> Result<(), Error<InstrumentError>> {
        if section.name() == "name" && self.options.profile.is_none() {
            module.section(&CustomSection {
                name: section.name().into(),
                data: section.data().into(),
            });
        }
        Ok(())
    }

    fn mem_arg(&mut self, arg: MemArg) -> Result<wasm_encoder::MemArg, Error<InstrumentError>> {
        self.reaches_memory = true;
        utils::mem_arg(self, arg)
    }
}

/// Where in a module a section is, as sections are not in the order of their numbers.
fn place(section: SectionId) -> u8 {
    match section {
        SectionId::Custom => 0,
        SectionId::Type => 1,
        SectionId::Import => 2,
        SectionId::Function => 3,
        SectionId::Table => 4,
        SectionId::Memory => 5,
        SectionId::Tag => 6,
        SectionId::Global => 7,
        SectionId::Export => 8,
        SectionId::Start => 9,
        SectionId::Element => 10,
        SectionId::DataCount => 11,
        SectionId::Code => 12,
        SectionId::Data => 13,
    }
}
