//! What it takes to translate one function, when it is called first.

use super::super::{
    error::PrepareError,
    prepared::Prepared,
    section::{CODE, Sections},
};
use super::{
    Heap, Loading,
    code::{Functions, largest_body},
    facts::Facts,
    locals::PerLocal,
    outline::Outline,
    sum::Sum,
    walk::{self, Room},
};

/// An upper bound of the heap that translating a function takes where pointers have 32 bits, if no other was
/// translated before.
///
/// ```
/// use vellum_prepare::{FunctionBound, Options, prepare};
///
/// let module = wat::parse_str("(module (func (result i32) (i32.const 1)))")?;
/// let each = |function: FunctionBound| assert!(function.code < function.heap.peak);
/// prepare(&module, &Options::new())?.function_bounds(false, each)?;
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FunctionBound {
    /// Its number among the functions that the module defines.
    pub number: u32,
    /// Bytes of its body.
    pub length: usize,
    /// Bytes of the interpreter's code of it, which stay.
    pub code: usize,
    /// With the interpreter's buffers, of which one grows at a time. They stay for the functions that come later,
    /// which need less.
    pub heap: Heap,
}

impl Prepared<'_> {
    /// What it takes to translate each function alone, for modules that are translated when their functions are
    /// called first: `each` is told of all in their order, those first that the module had before it was prepared.
    /// Of an invalid module it is told of those that come before the fault.
    ///
    /// # Errors
    ///
    /// If the heap has no room for the few kilobytes that it takes itself.
    ///
    /// ```
    /// use vellum_prepare::{Options, prepare};
    ///
    /// let module = wat::parse_str("(module (func) (func (result i32) (i32.const 1)))")?;
    /// let module = prepare(&module, &Options::new())?;
    /// let mut code = Vec::new();
    /// module.function_bounds(false, |function| code.push(function.code))?;
    /// assert!(code.len() == 2 && code[0] < code[1]);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn function_bounds(
        &self,
        fuel: bool,
        mut each: impl FnMut(FunctionBound),
    ) -> Result<(), PrepareError> {
        let loading = Loading { fuel, translates: false, types: 0 };
        let sections = Sections::find(&self.code)?;
        let facts = &mut Facts::new(&self.code, &sections);
        Outline::read(facts, &sections);
        let mut reader = sections.reader(&self.code, CODE);
        let room = &mut Room::new(largest_body(reader.clone()).unwrap_or(0))?;
        for number in 0..reader.var_u32().unwrap_or(0) {
            let Ok(bytes) = reader.sized() else { break };
            let (length, ty) = (bytes.len(), facts.defined_type(number));
            room.per_local = PerLocal::default();
            let body = walk::measure(facts, room, ty, bytes, fuel);
            let mut alone = Functions::new(Sum::default(), loading);
            alone.next(body, room.per_local, length);
            let mut heap = Sum::default();
            alone.translated(&mut heap);
            each(FunctionBound { number, length, code: alone.code.asked, heap: heap.into() });
        }
        Ok(())
    }
}
