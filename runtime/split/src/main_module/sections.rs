//! The sections of the main module.

use super::{CALLEE, MainModule};
use crate::code::Code;
use crate::error::SplitError;
use crate::names::{self, Kind};
use crate::uses::Uses;
use std::collections::BTreeSet;
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, FunctionSection, GlobalSection, ImportSection, MemorySection,
    Module, NameSection, StartSection, TableSection, TypeSection,
};

/// The module's bytes, given what each part uses.
pub(super) fn encode(main: &MainModule<'_>, uses: &[Uses]) -> Result<Vec<u8>, SplitError> {
    let (source, mut code) = (main.source, main.code());
    let code = &mut code;
    let mut module = Module::new();
    module.section(&types(main));
    module.section(&imports(main, code)?);
    module.section(&functions(main));
    module.section(&tables(main, code)?);
    if let Some(section) = source.memory_section.clone() {
        let mut memories = MemorySection::new();
        code.parse_memory_section(&mut memories, section)?;
        module.section(&memories);
    }
    module.section(&globals(main, code)?);
    module.section(&exports(main, code, uses)?);
    if let Some(function) = source.start {
        module.section(&StartSection { function_index: main.functions[&function] });
    }
    module.section(&elements(main, code)?);
    if let Some(count) = source.data_count {
        module.section(&DataCountSection { count });
    }
    module.section(&bodies(main, code)?);
    if let Some(section) = source.data_section.clone() {
        let mut data = DataSection::new();
        code.parse_data_section(&mut data, section)?;
        module.section(&data);
    }
    if let Some(name) = source.name {
        let mut names = NameSection::new();
        names.module(name);
        module.section(&names);
    }
    Ok(module.finish())
}

fn types(main: &MainModule<'_>) -> TypeSection {
    let mut types = TypeSection::new();
    main.types.list().iter().for_each(|ty| types.ty().func_type(ty));
    types
}

fn imports(main: &MainModule<'_>, code: &mut Code<'_>) -> Result<ImportSection, SplitError> {
    let mut imports = ImportSection::new();
    for import in &main.source.imports {
        imports.import(import.module, import.name, code.entity_type(import.ty)?);
    }
    imports.import(names::PARTS, names::LOAD, EntityType::Function(main.load_type));
    Ok(imports)
}

fn functions(main: &MainModule<'_>) -> FunctionSection {
    let mut functions = FunctionSection::new();
    for function in main.functions.keys().filter(|&&it| it >= main.source.imported_functions) {
        functions.function(main.source.functions[*function as usize]);
    }
    for &ty in &main.loader_types {
        functions.function(ty);
    }
    for &import in main.wrappers.keys() {
        functions.function(main.source.functions[import as usize]);
    }
    functions
}

fn tables(main: &MainModule<'_>, code: &mut Code<'_>) -> Result<TableSection, SplitError> {
    let mut tables = TableSection::new();
    if let Some(section) = main.source.table_section.clone() {
        code.parse_table_section(&mut tables, section)?;
    }
    tables.table(main.dispatch_table());
    Ok(tables)
}

fn globals(main: &MainModule<'_>, code: &mut Code<'_>) -> Result<GlobalSection, SplitError> {
    let mut globals = GlobalSection::new();
    if let Some(section) = main.source.global_section.clone() {
        code.parse_global_section(&mut globals, section)?;
    }
    globals.global(CALLEE, &ConstExpr::i32_const(0));
    Ok(globals)
}

fn exports(
    main: &MainModule<'_>,
    code: &mut Code<'_>,
    uses: &[Uses],
) -> Result<ExportSection, SplitError> {
    let mut exports = ExportSection::new();
    if let Some(section) = main.source.export_section.clone() {
        code.parse_export_section(&mut exports, section)?;
    }
    let all = |of: fn(&Uses) -> &BTreeSet<u32>| -> BTreeSet<u32> {
        uses.iter().flat_map(of).copied().collect()
    };
    let mut export = |kind, of, index| {
        exports.export(&names::exported(kind, index), of, index);
    };
    for index in all(|uses| &uses.memories) {
        export(Kind::Memory, ExportKind::Memory, index);
    }
    for index in all(|uses| &uses.tables).into_iter().chain([main.table]) {
        export(Kind::Table, ExportKind::Table, index);
    }
    for index in all(|uses| &uses.globals).into_iter().chain([main.callee]) {
        export(Kind::Global, ExportKind::Global, index);
    }
    for index in all(|uses| &uses.functions) {
        let name = names::exported(Kind::Function, main.functions[&index]);
        let function = main.wrappers.get(&index).unwrap_or(&main.functions[&index]);
        exports.export(&name, ExportKind::Func, *function);
    }
    Ok(exports)
}

fn elements(main: &MainModule<'_>, code: &mut Code<'_>) -> Result<ElementSection, SplitError> {
    let mut elements = ElementSection::new();
    if let Some(section) = main.source.element_section.clone() {
        code.parse_element_section(&mut elements, section)?;
    }
    let loaders = Elements::Functions(main.loaders().into());
    elements.active(Some(main.table), &ConstExpr::i32_const(0), loaders);
    Ok(elements)
}

fn bodies(main: &MainModule<'_>, code: &mut Code<'_>) -> Result<CodeSection, SplitError> {
    let mut section = CodeSection::new();
    for (function, _) in main.source.defined() {
        if let Some(function) = main.function(code, function)? {
            section.function(&function);
        }
    }
    for &ty in &main.loader_types {
        section.function(&main.loader(ty));
    }
    for &import in main.wrappers.keys() {
        section.function(&main.wrapper(import));
    }
    Ok(section)
}
