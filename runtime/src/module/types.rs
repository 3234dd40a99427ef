//! What a module imports and exports.

use crate::types::{ExternType, func::FuncType, global::GlobalType, table::TableType};
use wasmi::ExternType as Wasmi;

/// An import that a module needs.
///
/// ```
/// use vellum::{Config, Engine, ExternType, Module};
///
/// let engine = Engine::new(&Config::new())?;
/// let module = Module::new(&engine, wat::parse_str(
///     r#"(module (import "host" "f" (func (param i32))))"#,
/// ).expect("the text is valid"))?;
/// let import = module.imports().next().expect("it has one");
/// assert_eq!((import.module(), import.name()), ("host", "f"));
/// assert!(matches!(import.ty(), ExternType::Func(_)));
/// # Ok::<(), vellum::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ImportType<'a> {
    pub(super) module: &'a str,
    pub(super) name: &'a str,
    pub(super) ty: ExternType,
}

impl<'a> ImportType<'a> {
    /// The import's module name.
    pub fn module(&self) -> &'a str {
        self.module
    }

    /// The import's own name.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// What is imported.
    pub fn ty(&self) -> &ExternType {
        &self.ty
    }
}

/// An export that a module offers.
///
/// ```
/// use vellum::{Config, Engine, ExternType, Module};
///
/// let engine = Engine::new(&Config::new())?;
/// let module = Module::new(&engine, wat::parse_str(
///     r#"(module (memory (export "memory") 1 2))"#,
/// ).expect("the text is valid"))?;
/// let export = module.exports().next().expect("it has one");
/// let ExternType::Memory(ty) = export.ty() else { panic!("it is a memory") };
/// assert_eq!((export.name(), ty.minimum(), ty.maximum()), ("memory", 1, Some(2)));
/// # Ok::<(), vellum::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ExportType<'a> {
    pub(super) name: &'a str,
    pub(super) ty: ExternType,
}

impl<'a> ExportType<'a> {
    /// The export's name.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// What is exported. Of a memory the maximum is the one declared.
    pub fn ty(&self) -> &ExternType {
        &self.ty
    }
}

/// The type that the interpreter tells; none of a memory, of which it does not see all.
pub(super) fn extern_type(ty: &Wasmi) -> Option<ExternType> {
    match ty {
        Wasmi::Func(ty) => Some(ExternType::Func(FuncType::from_wasmi(ty))),
        Wasmi::Global(ty) => Some(ExternType::Global(GlobalType::from_wasmi(*ty))),
        Wasmi::Table(ty) => Some(ExternType::Table(TableType::from_wasmi(ty))),
        Wasmi::Memory(_) => None,
    }
}
