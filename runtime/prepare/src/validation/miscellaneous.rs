//! Instructions of the first prefix: bulk operations on memories and tables, and conversions without a
//! trap.

use super::super::opcode::{
    DATA_DROP, I32, I64, MEMORY_COPY, MEMORY_FILL, MEMORY_INIT, TABLE_COPY, TABLE_FILL, TABLE_GROW,
    TABLE_INIT,
};
use super::{cursor::Cursor, fault::Fault, function::Function, known::Known, plain::saturating};

const ELEMENT_DROP: u32 = 13;
const TABLE_SIZE: u32 = 16;

/// The type of a length between two addresses: the narrower one.
const fn length(to: u8, from: u8) -> u8 {
    if to == I64 && from == I64 { I64 } else { I32 }
}

impl Function {
    #[inline(never)]
    pub(super) fn miscellaneous(
        &mut self,
        known: &Known,
        cursor: &mut Cursor<'_>,
    ) -> Result<(), Fault> {
        match cursor.u32()? {
            code @ 0..=7 => self.plain(saturating(code)),
            MEMORY_INIT => {
                let segment = cursor.u32()?;
                let address = known.memory(cursor.u32()?)?;
                known.segment(segment)?;
                self.pop_all(&[address, I32, I32])
            }
            DATA_DROP => known.segment(cursor.u32()?),
            MEMORY_COPY => {
                let to = known.memory(cursor.u32()?)?;
                let from = known.memory(cursor.u32()?)?;
                self.pop_all(&[to, from, length(to, from)])
            }
            MEMORY_FILL => {
                let address = known.memory(cursor.u32()?)?;
                self.pop_all(&[address, I32, address])
            }
            TABLE_INIT => {
                let segment = cursor.u32()?;
                let table = known.table(cursor.u32()?)?;
                if known.element(segment)? != table.element {
                    return Err(Fault::TypeMismatch);
                }
                self.pop_all(&[table.address(), I32, I32])
            }
            ELEMENT_DROP => known.element(cursor.u32()?).map(drop),
            TABLE_COPY => {
                let to = known.table(cursor.u32()?)?;
                let from = known.table(cursor.u32()?)?;
                if to.element != from.element {
                    return Err(Fault::TypeMismatch);
                }
                let (to, from) = (to.address(), from.address());
                self.pop_all(&[to, from, length(to, from)])
            }
            TABLE_GROW => {
                let table = known.table(cursor.u32()?)?;
                self.pop_all(&[table.element, table.address()])?;
                self.push(table.address())
            }
            TABLE_SIZE => {
                let table = known.table(cursor.u32()?)?;
                self.push(table.address())
            }
            TABLE_FILL => {
                let table = known.table(cursor.u32()?)?;
                self.pop_all(&[table.address(), table.element, table.address()])
            }
            0x13..=0x16 => Err(Fault::WideArithmetic),
            _ => Err(Fault::IllegalOpcode),
        }
    }
}
