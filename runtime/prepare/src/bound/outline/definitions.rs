//! What a module defines: functions, tables, globals.

use super::super::{
    super::{error::PrepareError, items, reader::Reader},
    bytes::Bytes,
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
        self.more(self.imported.functions, self.defined.functions, 4, FUNCTION_TYPE);
        Ok(())
    }

    /// Items that are defined beside imported ones, in a vector of the validator and one of the
    /// builder.
    fn more(&mut self, imported: usize, defined: usize, validator: usize, builder: usize) {
        if defined == 0 {
            return;
        }
        let all = imported.saturating_add(defined);
        self.sum.reserved(imported, all, validator);
        let grown = self.sum.reserved(imported, all, builder);
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
        self.more(self.imported.tables, self.defined.tables, 32, TABLE_TYPE);
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
            self.more(self.imported.globals, count, 6, GLOBAL_TYPE);
            self.sum.add(Bytes::blocks(8, 25));
            self.referred();
            self.sum.moment(Bytes::blocks(8, 16));
            let values = self.sum.pushed(count, EXPRESSION);
            self.builder = self.builder.and(values);
        }
        Ok(())
    }
}
