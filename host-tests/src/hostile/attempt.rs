//! Any bytes loaded, linked, started and called, as far as they go.

use vellum::{
    ConfigError, Engine, Error, Extern, ExternType, Func, Global, Instance, Memory, Module, Ref,
    SharedMemory, Store, Table, Val,
};

/// Fuel of the start function, and of each call.
const FUEL: u64 = 10_000;

/// What came of some bytes.
#[derive(Debug)]
pub struct Attempt {
    /// Whether they are a module that the engine loads.
    pub loaded: bool,
    /// Every error on the way, in order.
    pub errors: Vec<Error>,
}

impl Attempt {
    /// Whether nothing failed.
    pub fn is_good(&self) -> bool {
        self.loaded && self.errors.is_empty()
    }

    /// The first error that no module may lead to.
    pub fn unexpected(&self) -> Option<&Error> {
        self.errors.iter().find(|error| !is_expected(error))
    }
}

/// Loads a module, gives it what it imports, starts it and calls all that it exports.
pub fn attempt(engine: &Engine, bytes: &[u8]) -> Attempt {
    let mut errors = Vec::new();
    match Module::new(engine, bytes.to_vec()) {
        Ok(module) => {
            if let Err(error) = run(engine, &module, &mut errors) {
                errors.push(error);
            }
            Attempt { loaded: true, errors }
        }
        Err(error) => Attempt { loaded: false, errors: vec![error] },
    }
}

fn run(engine: &Engine, module: &Module, errors: &mut Vec<Error>) -> Result<(), Error> {
    let mut store = Store::new(engine, ());
    store.set_fuel(FUEL)?;
    let types: Vec<ExternType> = module.imports().map(|import| import.ty().clone()).collect();
    let mut imports = Vec::with_capacity(types.len());
    for ty in types {
        imports.push(import(&mut store, ty)?);
    }
    let instance = Instance::new(&mut store, module, &imports)?;
    // Who holds a shared memory could end a guest's wait.
    drop(imports);
    for export in instance.exports(&store)? {
        let Some(func) = export.into_extern().into_func() else { continue };
        let ty = func.ty(&store)?;
        let zeros = |types: &[vellum::ValType]| -> Vec<Val> {
            types.iter().map(|ty| Val::default_for_ty(*ty)).collect()
        };
        let (params, mut results) = (zeros(ty.params()), zeros(ty.results()));
        store.set_fuel(FUEL)?;
        errors.extend(func.call(&mut store, &params, &mut results).err());
    }
    Ok(())
}

/// What the host gives for an import: zeros, nulls and functions that return these.
fn import(store: &mut Store<()>, ty: ExternType) -> Result<Extern, Error> {
    Ok(match ty {
        ExternType::Func(ty) => {
            let results = ty.results().to_vec();
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
        ExternType::Table(ty) => Table::new(store, ty, Ref::null(ty.element()))?.into(),
        ExternType::Memory(ty) if ty.is_shared() => SharedMemory::new(store.engine(), ty)?.into(),
        ExternType::Memory(ty) => Memory::new(store, ty)?.into(),
        other => return Err(Error::host(format!("an import of a {other:?}"))),
    })
}

fn is_expected(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidModule { .. }
            | Error::Trap(_)
            | Error::OutOfFuel
            | Error::OutOfPages(_)
            | Error::OutOfHeap { .. }
            | Error::LimitExceeded(_)
            | Error::Deadlock
            | Error::Config(ConfigError::Threads)
    )
}
