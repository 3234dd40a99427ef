//! Where a module's linker has put what it keeps in its memory.

use super::Instance;
use crate::error::Error;
use crate::store::as_context::AsContext;
use crate::values::{Val, externs::Extern};
use vellum_memory::Layout;

impl Instance {
    /// Where the linker has put data, stack and heap in the module's memory: what it exports of
    /// [`Layout::SYMBOLS`] as globals. For [`Memory::map`](crate::Memory::map).
    ///
    /// `__stack_pointer` counts with the value that it has now, which is its initial one between calls.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the instance belongs to another store.
    pub fn layout(&self, store: impl AsContext) -> Result<Layout<'static>, Error> {
        let mut layout = Layout::new();
        for symbol in Layout::SYMBOLS {
            let Some(Extern::Global(global)) = self.get_export(&store, symbol)? else { continue };
            let address = match global.get(&store)? {
                Val::I32(address) => usize::try_from(address.cast_unsigned()),
                Val::I64(address) => usize::try_from(address),
                _ => continue,
            };
            if let Ok(address) = address {
                layout = layout.with(symbol, address);
            }
        }
        Ok(layout)
    }
}
