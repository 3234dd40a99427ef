//! What the host makes for a module's imports.

use vellum::{
    Error, Extern, ExternType, Func, Global, Linker, Memory, Module, Ref, RefType, Store, Table,
    Val,
};

pub(crate) fn import(store: &mut Store<()>, ty: ExternType) -> Result<Extern, Error> {
    Ok(match ty {
        ExternType::Func(ty) => {
            let results: Vec<_> = ty.results().to_vec();
            let func = Func::new(store, ty, move |_, _, out| {
                for (out, ty) in out.iter_mut().zip(&results) {
                    *out = Val::default_for_ty(*ty);
                }
                Ok(())
            });
            func?.into()
        }
        ExternType::Global(ty) => {
            Global::new(store, Val::default_for_ty(ty.content()), ty.mutability())?.into()
        }
        ExternType::Table(ty) => {
            let null = match ty.element() {
                RefType::Func => Ref::Func(None),
                RefType::Extern => Ref::Extern(None),
            };
            Table::new(store, ty, null)?.into()
        }
        ExternType::Memory(ty) => Memory::new(store, ty)?.into(),
        _ => return Err(Error::Exit(1)),
    })
}

/// A linker with what a module imports: functions that are made when they are linked, and externs.
pub(crate) fn linker(store: &mut Store<()>, module: &Module) -> Result<Linker<()>, Error> {
    let mut linker = Linker::new(store.engine());
    for found in module.imports() {
        let (from, name) = (found.module(), found.name());
        let defined = match found.ty() {
            ExternType::Func(ty) => linker.func_new(from, name, ty.clone(), |_, _, _| Ok(())),
            ty => linker.define(from, name, import(store, ty.clone())?),
        };
        match defined {
            Ok(_) | Err(Error::DuplicateDefinition { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(linker)
}
