//! What a module's sections say.

use super::functions::Function;
use super::imported::Imported;
use super::text::fault;
use super::ty;
use std::collections::HashMap;
use std::ops::Range;
use vellum_memory::Layout;
use wasmparser::{
    BinaryReaderError, CompositeInnerType, ConstExpr, CustomSectionReader, Data, DataKind, Export,
    ExternalKind, FuncType, Global, GlobalType, Import, KnownCustom, MemoryType, Name, Operator,
    Parser, Payload, TableType, TypeRef, ValType,
};

/// What a module's sections say, as far as they could be read.
#[derive(Debug, Default)]
pub(crate) struct Inspected {
    pub(crate) imports: Vec<Imported>,
    /// Name and type, in the module's order.
    pub(crate) exports: Vec<Exported>,
    /// With those that are imported, which come first.
    pub(crate) memories: Vec<MemoryType>,
    pub(crate) imported_memories: usize,
    pub(crate) tables: Vec<TableType>,
    /// Names and bytes of custom sections.
    pub(crate) customs: Vec<(String, u64)>,
    pub(crate) functions: Vec<Function>,
    /// Bytes of the section with the code.
    pub(crate) code: u64,
    pub(crate) has_start: bool,
    /// Where active segments of the first memory are.
    pub(crate) segments: Vec<Range<usize>>,
    /// Addresses of the linker's symbols.
    pub(crate) symbols: Vec<(String, usize)>,
    /// Why the rest could not be read.
    pub(crate) malformed: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Exported {
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) kind: ExternalKind,
    pub(crate) index: u32,
    /// Of a function, if its type is known.
    params: Vec<ValType>,
}

/// What is needed while the sections are read.
#[derive(Default)]
struct Reading {
    types: Vec<Option<FuncType>>,
    /// Types of functions, with those that are imported.
    functions: Vec<u32>,
    imported_functions: u32,
    globals: Vec<(GlobalType, Option<usize>)>,
    exports: Vec<(String, ExternalKind, u32)>,
    names: HashMap<u32, String>,
    stack_pointer: Option<usize>,
}

/// Linkers put the stack pointer first, without a name.
const STACK_POINTER: &str = "__stack_pointer";

impl Inspected {
    pub(crate) fn of(binary: &[u8]) -> Self {
        let (mut seen, mut reading) = (Self::default(), Reading::default());
        for payload in Parser::new(0).parse_all(binary) {
            let read = payload.and_then(|payload| seen.read(payload, &mut reading));
            if let Err(error) = read {
                seen.malformed = Some(fault(&error));
                break;
            }
        }
        seen.segments.sort_by_key(|segment| (segment.start, segment.end));
        seen.name(reading);
        seen
    }

    /// The layout of the first memory.
    pub(crate) fn layout(&self) -> Layout<'_> {
        let layout = Layout::new().with_segments(&self.segments);
        let symbols = self.symbols.iter();
        symbols.fold(layout, |layout, (name, address)| layout.with(name, *address))
    }

    /// The types of the parameters of an exported function.
    pub(crate) fn params(&self, name: &str) -> Option<&[ValType]> {
        let is_it = |it: &&Exported| it.name == name && it.kind == ExternalKind::Func;
        self.exports.iter().find(is_it).map(|export| export.params.as_slice())
    }

    fn read(
        &mut self,
        payload: Payload<'_>,
        reading: &mut Reading,
    ) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::TypeSection(types) => {
                for group in types {
                    for ty in group?.into_types() {
                        let CompositeInnerType::Func(ty) = ty.composite_type.inner else {
                            reading.types.push(None);
                            continue;
                        };
                        reading.types.push(Some(ty));
                    }
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports {
                    self.import(import?, reading);
                }
                reading.imported_functions = reading.functions.len() as u32;
                self.imported_memories = self.memories.len();
            }
            Payload::FunctionSection(functions) => {
                for ty in functions {
                    reading.functions.push(ty?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    self.memories.push(memory?);
                }
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    let Global { ty, init_expr } = global?;
                    reading.globals.push((ty, constant(&init_expr)));
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let Export { name, kind, index } = export?;
                    reading.exports.push((name.to_owned(), kind, index));
                }
            }
            Payload::StartSection { .. } => self.has_start = true,
            Payload::DataSection(segments) => {
                for segment in segments {
                    self.segments.extend(placed(&segment?));
                }
            }
            Payload::CodeSectionStart { size, .. } => self.code = size.into(),
            Payload::CodeSectionEntry(body) => {
                let index = reading.imported_functions.saturating_add(self.functions.len() as u32);
                let bytes = body.range().len() as u64;
                self.functions.push(Function { index, name: None, bytes });
            }
            Payload::CustomSection(section) => {
                self.customs.push((section.name().to_owned(), section.data().len() as u64));
                names(&section, reading);
            }
            _ => {}
        }
        Ok(())
    }

    fn import(&mut self, import: Import<'_>, reading: &mut Reading) {
        let Import { module, name, ty } = import;
        let (ty, is_made) = match ty {
            TypeRef::Func(index) => {
                reading.functions.push(index);
                (reading.func(index), false)
            }
            TypeRef::Table(table) => {
                self.tables.push(table);
                (ty::table(table), true)
            }
            TypeRef::Memory(memory) => {
                self.memories.push(memory);
                (ty::memory(memory), true)
            }
            TypeRef::Global(global) => {
                reading.globals.push((global, None));
                (ty::global(global), false)
            }
            TypeRef::Tag(_) => ("tag".to_owned(), false),
        };
        self.imports.push(Imported::of(module, name, ty, is_made));
    }

    /// Names functions and symbols, once all sections are read.
    fn name(&mut self, mut reading: Reading) {
        for (name, kind, index) in std::mem::take(&mut reading.exports) {
            let place = index as usize;
            let known = match kind {
                ExternalKind::Func => reading.functions.get(place).map(|ty| reading.func(*ty)),
                ExternalKind::Table => self.tables.get(place).copied().map(ty::table),
                ExternalKind::Memory => self.memories.get(place).copied().map(ty::memory),
                ExternalKind::Global => {
                    let global = reading.globals.get(place);
                    let address = global.and_then(|(_, address)| *address);
                    if let Some(address) = address.filter(|_| is_symbol(&name)) {
                        self.symbols.push((name.clone(), address));
                    }
                    global.map(|(ty, _)| ty::global(*ty))
                }
                ExternalKind::Tag => Some("tag".to_owned()),
            };
            if kind == ExternalKind::Func {
                reading.names.entry(index).or_insert_with(|| name.clone());
            }
            let ty = known.unwrap_or_else(|| "of nothing".to_owned());
            let func = reading.functions.get(place).and_then(|ty| reading.types.get(*ty as usize));
            let func = func.and_then(Option::as_ref).filter(|_| kind == ExternalKind::Func);
            let params = func.map(|func| func.params().to_vec()).unwrap_or_default();
            self.exports.push(Exported { name, ty, kind, index, params });
        }
        for function in &mut self.functions {
            function.name = reading.names.remove(&function.index);
        }
        let is_known = self.symbols.iter().any(|(name, _)| name == STACK_POINTER);
        let pointer = reading.stack_pointer.or_else(|| {
            // A linker's, if the module has symbols that only linkers make.
            let (ty, address) = reading.globals.first()?;
            let is_pointer = ty.mutable && matches!(ty.content_type, ValType::I32 | ValType::I64);
            address.filter(|_| is_pointer && !self.symbols.is_empty())
        });
        self.symbols.extend(pointer.filter(|_| !is_known).map(|it| (STACK_POINTER.to_owned(), it)));
    }
}

impl Reading {
    fn func(&self, ty: u32) -> String {
        let ty = self.types.get(ty as usize).and_then(Option::as_ref);
        ty.map_or_else(|| "func of another kind".to_owned(), ty::func)
    }
}

fn is_symbol(name: &str) -> bool {
    Layout::SYMBOLS.contains(&name)
}

/// Takes names of functions, and which global is the stack pointer. Names are no part of the module's
/// meaning: what can't be read is left out.
fn names(section: &CustomSectionReader<'_>, reading: &mut Reading) {
    let KnownCustom::Name(subsections) = section.as_known() else { return };
    for subsection in subsections.into_iter().flatten() {
        match subsection {
            Name::Function(names) => {
                let names = names.into_iter().flatten();
                reading.names.extend(names.map(|it| (it.index, it.name.to_owned())));
            }
            Name::Global(names) => {
                let pointer = names.into_iter().flatten().find(|it| it.name == STACK_POINTER);
                let global = pointer.and_then(|it| reading.globals.get(it.index as usize));
                reading.stack_pointer = global.and_then(|(_, address)| *address);
            }
            _ => {}
        }
    }
}

/// Where an active segment of the first memory lies.
fn placed(segment: &Data<'_>) -> Option<Range<usize>> {
    let DataKind::Active { memory_index: 0, offset_expr } = &segment.kind else { return None };
    let start = constant(offset_expr)?;
    let end = start.checked_add(segment.data.len())?;
    (start < end).then_some(start..end)
}

/// The address that an expression gives, if it is a constant.
fn constant(expression: &ConstExpr<'_>) -> Option<usize> {
    match expression.get_operators_reader().read().ok()? {
        Operator::I32Const { value } => usize::try_from(value.cast_unsigned()).ok(),
        Operator::I64Const { value } => usize::try_from(value).ok(),
        _ => None,
    }
}
