//! The types of local variables.

use super::super::memories::push;
use super::{cursor::Cursor, fault::Fault, types, value, weight::number};
use alloc::vec::Vec;

/// How many a function may have, its parameters included, as other engines agree.
const MOST: u32 = 50_000;
/// Of so many the types are kept one by one.
const FIRST: usize = 64;

/// Local variables of one type.
#[derive(Debug, Clone, Copy)]
struct Group {
    /// The index behind the last one.
    end: u32,
    ty: u8,
}

/// The types of the local variables of a function, parameters first.
#[derive(Debug)]
pub(super) struct Locals {
    first: [u8; FIRST],
    groups: Vec<Group>,
    pub(super) count: u32,
    /// How many declarations there are, a parameter being one.
    pub(super) declared: u32,
}

impl Locals {
    pub(super) const fn new() -> Self {
        Self { first: [value::BOTTOM; FIRST], groups: Vec::new(), count: 0, declared: 0 }
    }

    /// Those of a function with these parameters whose body is being read, and where in it.
    pub(super) fn read(
        &mut self,
        parameters: &[u8],
        cursor: &mut Cursor<'_>,
        at: &mut usize,
    ) -> Result<(), Fault> {
        self.groups.clear();
        self.count = 0;
        for &ty in parameters {
            self.add(1, ty)?;
        }
        let declared = cursor.u32()?;
        self.declared = declared.saturating_add(number(parameters.len()));
        for _ in 0..declared {
            *at = cursor.position();
            let count = cursor.u32()?;
            let ty = types::value(cursor)?;
            self.add(count, ty)?;
        }
        Ok(())
    }

    fn add(&mut self, count: u32, ty: u8) -> Result<(), Fault> {
        if count == 0 {
            return Ok(());
        }
        let from = self.count as usize;
        let end = self.count.checked_add(count).filter(|end| *end <= MOST).ok_or(Fault::Locals)?;
        self.count = end;
        let to = FIRST.min(end as usize);
        if let Some(first) = self.first.get_mut(from..to) {
            first.fill(ty);
        }
        if end as usize <= FIRST {
            return Ok(());
        }
        match self.groups.last_mut().filter(|last| last.ty == ty) {
            Some(last) => last.end = end,
            None => push(&mut self.groups, Group { end, ty }).map_err(|_| Fault::OutOfMemory)?,
        }
        Ok(())
    }

    #[inline(always)]
    pub(super) fn get(&self, index: u32) -> Result<u8, Fault> {
        if index >= self.count {
            return Err(Fault::UnknownLocal);
        }
        match self.first.get(index as usize) {
            Some(&ty) => Ok(ty),
            None => self.far(index),
        }
    }

    #[inline(never)]
    fn far(&self, index: u32) -> Result<u8, Fault> {
        let group = self.groups.partition_point(|group| group.end <= index);
        self.groups.get(group).map(|group| group.ty).ok_or(Fault::UnknownLocal)
    }
}
