//! Imports.

use super::super::{
    super::{error::PrepareError, reader::Reader},
    bytes::Bytes,
    checkpoints::Checkpoints,
    facts::Facts,
    growth::{capacity, table},
};
use super::{Count, FUNCTION_TYPE, GLOBAL_TYPE, MEMORY_TYPE, Outline, TABLE_TYPE};
use wasmparser::{Import, TypeRef};

/// Bytes of the two names of an import, without these themselves.
const NAMES: usize = 16;
/// Bytes for each parameter and result of a function of the host.
const VALUE: usize = 24;

impl Outline {
    pub(super) fn imports(
        &mut self,
        facts: &mut Facts<'_>,
        mut reader: Reader<'_>,
    ) -> Result<(), PrepareError> {
        let declared = reader.var_u32()?;
        facts.imported = Checkpoints::new(declared);
        let mut names = Bytes::default();
        for _ in 0..declared {
            let at = reader.position();
            let import: Import<'_> = reader.item()?;
            names = names.and(Bytes::block(import.module.len()));
            names = names.and(Bytes::block(import.name.len()));
            self.import(facts, at, import.ty);
            self.imports += 1;
        }
        let (count, imported) = (self.imports, self.imported);
        if count == 0 {
            return Ok(());
        }
        let Count { functions, tables, memories, globals } = imported;
        for count in [functions, tables, memories, globals] {
            self.list(count, NAMES);
        }
        let types = [
            (functions, FUNCTION_TYPE),
            (tables, TABLE_TYPE),
            (memories, MEMORY_TYPE),
            (globals, GLOBAL_TYPE),
        ];
        for (count, size) in types {
            self.list(count, size);
        }
        self.keep(names);
        Ok(())
    }

    /// A list that grows while names are allocated: the block that it had before may stay a hole.
    fn list(&mut self, count: usize, size: usize) {
        let room = capacity(count, size);
        if room > capacity(1, size) {
            let hole = Bytes::array(room / 2, size).placed;
            self.sum.add(Bytes { asked: 0, placed: hole, largest: 0 });
        }
        let list = self.sum.pushed(count, size);
        self.builder = self.builder.and(list);
    }

    fn import(&mut self, facts: &mut Facts<'_>, at: usize, ty: TypeRef) {
        let imported = &mut self.imported;
        match ty {
            TypeRef::Func(ty) => {
                facts.imported.push(at);
                imported.functions += 1;
                let most = 2 * facts.most_values as usize;
                let values =
                    facts.signature(ty).map_or(most, |ty| ty.parameters.len() + ty.results.len());
                self.most_imported_values = self.most_imported_values.max(values);
                self.imported_values = self.imported_values.and(Bytes::array(values, VALUE));
            }
            TypeRef::Table(ty) => {
                imported.tables += 1;
                self.imported_tables = self.imported_tables.and(table(ty.initial));
                self.tables = self.tables.and(table(ty.initial));
            }
            TypeRef::Memory(_) => imported.memories += 1,
            TypeRef::Global(ty) => {
                imported.globals += 1;
                facts.push_global(ty.content_type, false);
            }
            TypeRef::Tag(_) => {}
        }
    }
}
