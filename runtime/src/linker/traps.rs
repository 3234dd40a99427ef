//! Functions in the place of those that nobody defined.

use super::{Item, Linker};
use crate::error::Error;
use crate::func::{caller::Caller, host};
use crate::module::Module;
use crate::types::ExternType;
use alloc::boxed::Box;

impl<T: Send + 'static> Linker<T> {
    /// Defines each function that `module` imports and that is not defined as one that ends the call
    /// with [`Error::UnknownImport`]. Other imports stay undefined.
    ///
    /// # Errors
    ///
    /// [`Error::WrongEngine`] when the module belongs to another engine.
    ///
    /// ```
    /// use vellum::{Config, Engine, Linker, Module, Store};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(&Config::new())?;
    /// let module = Module::new(&engine, wat::parse_str(
    ///     r#"(module (import "env" "missing" (func $missing (param i32)))
    ///         (func (export "without"))
    ///         (func (export "with") (call $missing (i32.const 0))))"#,
    /// ).expect("the text is valid"))?;
    ///
    /// let mut linker = Linker::new(&engine);
    /// linker.define_unknown_imports_as_traps(&module)?;
    /// let mut store = Store::new(&engine, ());
    /// let instance = linker.instantiate(&mut store, &module)?;
    /// instance.get_typed_func::<(), ()>(&store, "without")?.call(&mut store, ())?;
    /// let with = instance.get_typed_func::<(), ()>(&store, "with")?;
    /// let error = with.call(&mut store, ()).unwrap_err();
    /// assert_eq!(error.to_string(), r#"unknown import: "env"."missing""#);
    /// # Ok(())
    /// # }
    /// ```
    pub fn define_unknown_imports_as_traps(&mut self, module: &Module) -> Result<(), Error> {
        self.check_engine(module)?;
        for import in module.imports() {
            let (from, name) = (import.module(), import.name());
            let ExternType::Func(ty) = import.ty() else { continue };
            if self.find(from, name).is_some() {
                continue;
            }
            let names: (Box<str>, Box<str>) = (from.into(), name.into());
            let func = host::untyped(ty.clone(), move |_: Caller<'_, T>, _, _| {
                let (module, name) = names.clone();
                Err(Error::UnknownImport { module, name })
            });
            self.insert(from, name, Item::Host(func?))?;
        }
        Ok(())
    }
}
