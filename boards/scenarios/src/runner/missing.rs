//! What a budget defines in the place of imports that nobody has.

use vellum::{
    Error, Extern, ExternType, Global, Linker, Memory, Module, Ref, RefType, Store, Table, Val,
    ValType,
};

use super::program::Program;
use crate::Platform;

/// Defines all that `module` imports and that is not defined: functions as ones that end the call, the
/// rest as new and empty as their types allow.
#[inline(never)]
pub(super) fn define<P: Platform>(
    linker: &mut Linker<Program<P>>,
    store: &mut Store<Program<P>>,
    module: &Module,
) -> Result<(), Error> {
    linker.define_unknown_imports_as_traps(module)?;
    for import in module.imports() {
        let (from, name) = (import.module(), import.name());
        if import.ty().func().is_some() || linker.contains(from, name) {
            continue;
        }
        if let Some(item) = made(store, import.ty())? {
            linker.define(from, name, item)?;
        }
    }
    Ok(())
}

/// What has this type. Nothing, where there is no value of it to begin with.
pub(super) fn made<P: Platform>(
    store: &mut Store<Program<P>>,
    ty: &ExternType,
) -> Result<Option<Extern>, Error> {
    Ok(match *ty {
        ExternType::Memory(ty) => Some(Memory::new(store, ty)?.into()),
        ExternType::Table(ty) => Some(Table::new(store, ty, Ref::null(ty.element()))?.into()),
        ExternType::Global(ty) => match zero(ty.content()) {
            Some(value) => Some(Global::new(store, value, ty.mutability())?.into()),
            None => None,
        },
        _ => None,
    })
}

fn zero(ty: ValType) -> Option<Val> {
    Some(match ty {
        ValType::I32 => Val::I32(0),
        ValType::I64 => Val::I64(0),
        ValType::F32 => Val::F32(0),
        ValType::F64 => Val::F64(0),
        ValType::Ref(RefType::Func) => Val::FuncRef(None),
        ValType::Ref(RefType::Extern) => Val::ExternRef(None),
        _ => return None,
    })
}
