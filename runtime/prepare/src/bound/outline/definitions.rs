//! What a module defines: functions, tables, globals.

use super::super::{
    super::{error::PrepareError, items, reader::Reader},
    checkpoints::Checkpoints,
    facts::Facts,
    growth::table as elements,
};
use super::{EXPRESSION, FUNCTION_TYPE, GLOBAL_TYPE, Outline, TABLE_TYPE};

impl Outline {
    pub(super) fn functions(
        &mut self,
        facts: &mut Facts<'_>,
        mut reader: Reader<'_>,
    ) -> Result<(), PrepareError> {
        let declared = reader.var_u32()?;
        facts.functions = Checkpoints::new(declared);
        for _ in 0..declared {
            facts.functions.push(reader.position());
            reader.var_u32()?;
            self.defined.functions += 1;
        }
        self.more(self.imported.functions, self.defined.functions, FUNCTION_TYPE);
        Ok(())
    }

    /// Items that are defined beside imported ones, in a vector of the builder.
    fn more(&mut self, imported: usize, defined: usize, size: usize) {
        if defined == 0 {
            return;
        }
        let all = imported.saturating_add(defined);
        let grown = self.sum.reserved(imported, all, size);
        self.builder = self.builder.and(grown);
    }

    pub(super) fn tables(&mut self, module: &[u8], reader: Reader<'_>) -> Result<(), PrepareError> {
        reader.items(|reader| {
            let table = items::table(reader)?;
            self.tables = self.tables.and(elements(table.ty.initial));
            if let Some(init) = table.init {
                self.expression(module, init);
            }
            self.defined.tables += 1;
            Ok(())
        })?;
        self.more(self.imported.tables, self.defined.tables, TABLE_TYPE);
        Ok(())
    }

    pub(super) fn globals(
        &mut self,
        facts: &mut Facts<'_>,
        reader: Reader<'_>,
    ) -> Result<(), PrepareError> {
        let module = facts.module;
        reader.items(|reader| {
            let global = items::global(reader)?;
            facts.push_global(global.ty.content_type, !global.ty.mutable);
            self.expression(module, global.init);
            self.defined.globals += 1;
            Ok(())
        })?;
        let count = self.defined.globals;
        if count > 0 {
            self.more(self.imported.globals, count, GLOBAL_TYPE);
            let values = self.sum.pushed(count, EXPRESSION);
            self.builder = self.builder.and(values);
        }
        Ok(())
    }
}
