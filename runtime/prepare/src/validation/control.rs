//! Calls, and branches to several places.

use super::super::opcode::{FUNCREF, I32};
use super::{cursor::Cursor, fault::Fault, function::Function, known::Known};

impl Function {
    pub(super) fn call(&mut self, known: &Known, ty: u32) -> Result<(), Fault> {
        let (parameters, results) = known.types.get(ty)?;
        self.pop_all(parameters)?;
        self.push_all(results)
    }

    /// Takes where a function is in a table, and returns its type.
    pub(super) fn indirect(
        &mut self,
        known: &Known,
        cursor: &mut Cursor<'_>,
    ) -> Result<u32, Fault> {
        let ty = cursor.u32()?;
        let table = known.table(cursor.u32()?)?;
        if table.element != FUNCREF {
            return Err(Fault::NotAFunctionTable);
        }
        known.types.check(ty)?;
        self.pop(table.address())?;
        Ok(ty)
    }

    pub(super) fn tail_call(&mut self, known: &Known, ty: u32) -> Result<(), Fault> {
        if !known.proposals.tail_calls {
            return Err(Fault::TailCall);
        }
        let (parameters, results) = known.types.get(ty)?;
        if results != self.ty().results(known)? {
            return Err(Fault::TypeMismatch);
        }
        self.pop_all(parameters)?;
        self.leave();
        Ok(())
    }

    pub(super) fn give_back(&mut self, known: &Known) -> Result<(), Fault> {
        self.pop_all(self.ty().results(known)?)?;
        self.leave();
        Ok(())
    }

    pub(super) fn branch_table(
        &mut self,
        known: &Known,
        cursor: &mut Cursor<'_>,
    ) -> Result<(), Fault> {
        /// As many as other engines agree on.
        const MOST: u32 = 128 * 1024;
        let count = cursor.u32()?;
        if count > MOST {
            return Err(Fault::TooManyTargets);
        }
        self.pop(I32)?;
        // The one that takes as many values as all, to compare with.
        let mut arity = None;
        for _ in 0..=count {
            let label = self.target(cursor.index()?)?.label(known)?;
            if *arity.get_or_insert(label.len()) != label.len() {
                return Err(Fault::Targets);
            }
            self.has(label)?;
        }
        self.weight.targets(count.saturating_add(1));
        self.leave();
        Ok(())
    }
}
