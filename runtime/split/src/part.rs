//! A part: some functions, and what they import from the main module.

use crate::code::{Code, Indices};
use crate::error::SplitError;
use crate::main_module::{CALLEE, MainModule};
use crate::names::{Kind, exported};
use crate::plan::{Place, Plan};
use crate::source::Source;
use crate::uses::Uses;
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, FunctionSection, ImportSection,
    Module, TypeSection,
};

/// The bytes of a part, given what it uses.
pub(crate) fn encode(
    source: &Source<'_>,
    plan: &Plan,
    main: &MainModule<'_>,
    part: u16,
    uses: &Uses,
) -> Result<Vec<u8>, SplitError> {
    let functions = &plan.parts[usize::from(part)];
    let kept: BTreeSet<u32> = uses.types.values().copied().collect();
    let kept: BTreeMap<u32, u32> = kept.into_iter().zip(0..).collect();
    let type_indices: BTreeMap<u32, u32> =
        uses.types.iter().map(|(&ty, first)| (ty, kept[first])).collect();
    let type_of = |function: u32| type_indices[&source.functions[function as usize]];

    let mut types = TypeSection::new();
    kept.keys().for_each(|&ty| types.ty().func_type(&main.types.list()[ty as usize]));
    let first = uses.functions.len() as u32;
    let (mut declared, mut elements) = (FunctionSection::new(), ElementSection::new());
    for &function in functions {
        declared.function(type_of(function));
    }
    if let Some(Place::Part { number, .. }) = functions.first().map(|&it| plan.place(it)) {
        let all = (first..).take(functions.len()).collect::<Vec<_>>();
        let (offset, all) =
            (ConstExpr::i32_const(number.cast_signed()), Elements::Functions(all.into()));
        elements.active(Some(uses.tables.len() as u32), &offset, all);
    }
    let mut code = Code {
        source,
        plan,
        part: Some(part),
        functions: Indices::Listed(
            uses.functions.iter().chain(functions).copied().zip(0..).collect(),
        ),
        wrappers: BTreeMap::new(),
        globals: listed(&uses.globals),
        memories: listed(&uses.memories),
        tables: listed(&uses.tables),
        types: Indices::Listed(type_indices.clone()),
        callee: uses.globals.len() as u32,
        table: uses.tables.len() as u32,
    };
    let mut bodies = CodeSection::new();
    for body in functions.iter().filter_map(|&function| source.body(function)) {
        bodies.function(&code.function(body)?);
    }

    let mut module = Module::new();
    module.section(&types);
    module.section(&imports(source, main, uses, type_of));
    module.section(&declared);
    module.section(&elements);
    module.section(&bodies);
    Ok(module.finish())
}

/// The indices of what is imported in the order of the original indices.
fn listed(items: &BTreeSet<u32>) -> Indices {
    Indices::Listed(items.iter().copied().zip(0..).collect())
}

fn imports(
    source: &Source<'_>,
    main: &MainModule<'_>,
    uses: &Uses,
    type_of: impl Fn(u32) -> u32,
) -> ImportSection {
    let mut imports = ImportSection::new();
    let mut import = |kind, index, ty: EntityType| {
        imports.import("", &exported(kind, index), ty);
    };
    for &index in &uses.memories {
        import(Kind::Memory, index, source.memories[index as usize].into());
    }
    for &index in &uses.tables {
        import(Kind::Table, index, source.tables[index as usize].into());
    }
    import(Kind::Table, main.table, main.dispatch_table().into());
    for &index in &uses.globals {
        import(Kind::Global, index, source.globals[index as usize].into());
    }
    if uses.calls_parts {
        import(Kind::Global, main.callee, CALLEE.into());
    }
    for &function in &uses.functions {
        let ty = EntityType::Function(type_of(function));
        import(Kind::Function, main.functions[&function], ty);
    }
    imports
}
