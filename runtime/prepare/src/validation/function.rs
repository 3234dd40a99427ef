//! The operands and blocks of a function, and what its instructions do to them.

use super::super::{memories::push, opcode};
use super::{
    cursor::Cursor,
    fault::{Fault, Mismatch},
    frame::{BlockType, Frame},
    known::Known,
    locals::Locals,
    plain::Plain,
    value::BOTTOM,
    weight::{FunctionWeight, number},
};
use alloc::vec::Vec;

/// The function that is being checked. What it takes of the heap serves for all functions.
#[derive(Debug)]
pub(super) struct Function {
    /// The types of the operands.
    operands: Vec<u8>,
    /// The blocks around the innermost one.
    outer: Vec<Frame>,
    /// The innermost block.
    pub(super) frame: Frame,
    pub(super) locals: Locals,
    /// What has been counted of it.
    pub(super) weight: FunctionWeight,
    /// The types that are told with a fault.
    pub(super) mismatch: Mismatch,
    /// The byte where the instruction begins that is being checked.
    pub(super) at: usize,
}

impl Function {
    pub(super) const fn new() -> Self {
        Self {
            operands: Vec::new(),
            outer: Vec::new(),
            frame: Frame {
                opcode: opcode::BLOCK,
                unreachable: false,
                ty: BlockType::Empty,
                height: 0,
            },
            locals: Locals::new(),
            weight: FunctionWeight::NONE,
            mismatch: Mismatch { expected: BOTTOM, found: BOTTOM },
            at: 0,
        }
    }

    /// Checks a body of a function of that type, and returns what it weighs.
    pub(super) fn check(
        &mut self,
        known: &Known,
        ty: u32,
        cursor: &mut Cursor<'_>,
    ) -> Result<FunctionWeight, Fault> {
        self.at = cursor.position();
        let (parameters, _) = known.types.get(ty)?;
        self.locals.read(parameters, cursor, &mut self.at)?;
        self.begin(BlockType::Function(ty));
        self.weight.bytes(cursor.left());
        let mut cursor = cursor.clone();
        while !self.step(known, &mut cursor)? {}
        self.at = cursor.position();
        cursor.end().map_err(|_| Fault::BehindEnd)?;
        Ok(FunctionWeight {
            operands: number(self.operands.capacity()),
            blocks: number(self.outer.capacity()).saturating_add(1),
            locals: self.locals.count,
            groups: self.locals.declared,
            ..self.weight
        })
    }

    fn begin(&mut self, ty: BlockType) {
        self.operands.clear();
        self.outer.clear();
        self.frame = Frame { opcode: opcode::BLOCK, unreachable: false, ty, height: 0 };
        self.weight = FunctionWeight::NONE;
    }

    /// Begins with a constant expression.
    pub(super) fn begin_constant(&mut self) {
        self.begin(BlockType::Empty);
    }

    /// Checks that the block leaves nothing.
    pub(super) fn is_empty(&self) -> Result<(), Fault> {
        if self.operands.len() == self.frame.height { Ok(()) } else { Err(Fault::ValuesLeft) }
    }

    pub(super) fn push(&mut self, ty: u8) -> Result<(), Fault> {
        self.gets(ty)
    }

    /// The same, where that is done for every instruction.
    #[inline(always)]
    pub(super) fn gets(&mut self, ty: u8) -> Result<(), Fault> {
        if self.operands.len() == self.operands.capacity() {
            self.grow()?;
        }
        self.operands.push(ty);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> Result<(), Fault> {
        self.operands.try_reserve(1).map_err(|_| Fault::OutOfMemory)
    }

    /// Takes an operand of any type.
    pub(super) fn pop_any(&mut self) -> Result<u8, Fault> {
        if self.operands.len() > self.frame.height {
            return Ok(self.operands.pop().unwrap_or(BOTTOM));
        }
        self.missing(BOTTOM).map(|()| BOTTOM)
    }

    /// Takes an operand of this type.
    #[inline(never)]
    pub(super) fn pop(&mut self, expected: u8) -> Result<(), Fault> {
        self.takes(expected)
    }

    /// The same, where that is done for every instruction.
    #[inline(always)]
    pub(super) fn takes(&mut self, expected: u8) -> Result<(), Fault> {
        if self.operands.len() <= self.frame.height {
            return self.missing(expected);
        }
        match self.operands.pop() {
            Some(found) if found == expected => Ok(()),
            found => self.differs(expected, found.unwrap_or(BOTTOM)),
        }
    }

    /// Takes the operands of an instruction and gives its result.
    #[inline(always)]
    pub(super) fn plain(&mut self, plain: Plain) -> Result<(), Fault> {
        let below = self.operands.len().wrapping_sub(plain.takes.into());
        if below.wrapping_add(1) > self.frame.height
            && let Some([first, rest @ ..]) = self.operands.get_mut(below..)
            && *first == plain.of
            && rest.iter().all(|other| *other == plain.of)
        {
            *first = plain.gives;
            self.operands.truncate(below + 1);
            return Ok(());
        }
        self.unusual(plain)
    }

    #[cold]
    #[inline(never)]
    fn unusual(&mut self, plain: Plain) -> Result<(), Fault> {
        for _ in 0..plain.takes {
            self.pop(plain.of)?;
        }
        self.push(plain.gives)
    }

    /// There is no operand.
    #[cold]
    #[inline(never)]
    fn missing(&mut self, expected: u8) -> Result<(), Fault> {
        if self.frame.unreachable {
            return Ok(());
        }
        self.mismatch = Mismatch { expected, found: BOTTOM };
        Err(Fault::Operand)
    }

    #[cold]
    #[inline(never)]
    fn differs(&mut self, expected: u8, found: u8) -> Result<(), Fault> {
        if found == BOTTOM {
            return Ok(());
        }
        self.mismatch = Mismatch { expected, found };
        Err(Fault::Operand)
    }

    pub(super) fn pop_all(&mut self, types: &[u8]) -> Result<(), Fault> {
        self.weight.values(types.len());
        types.iter().rev().try_for_each(|ty| self.takes(*ty))
    }

    pub(super) fn push_all(&mut self, types: &[u8]) -> Result<(), Fault> {
        types.iter().try_for_each(|ty| self.gets(*ty))
    }

    /// Checks the uppermost operands and leaves them as they are.
    pub(super) fn has(&mut self, types: &[u8]) -> Result<(), Fault> {
        self.weight.values(types.len());
        let height = self.frame.height;
        let mut below = self.operands.len();
        for &expected in types.iter().rev() {
            if below <= height {
                // There are as few for all that are left.
                return self.missing(expected);
            }
            below -= 1;
            let found = self.operands.get(below).copied().unwrap_or(BOTTOM);
            if found != expected {
                self.differs(expected, found)?;
            }
        }
        Ok(())
    }

    /// What follows can't be reached.
    pub(super) fn leave(&mut self) {
        self.operands.truncate(self.frame.height);
        self.frame.unreachable = true;
    }

    /// Begins a block whose parameters are taken off.
    pub(super) fn enter(&mut self, known: &Known, opcode: u8, ty: BlockType) -> Result<(), Fault> {
        push(&mut self.outer, self.frame).map_err(|_| Fault::OutOfMemory)?;
        self.frame = Frame { opcode, unreachable: false, ty, height: self.operands.len() };
        self.push_all(ty.parameters(known)?)
    }

    /// Checks what the block leaves, and takes it off.
    pub(super) fn complete(&mut self, known: &Known) -> Result<(), Fault> {
        self.pop_all(self.frame.ty.results(known)?)?;
        self.is_empty()
    }

    /// Goes on with the `else` of an `if`.
    pub(super) fn other(&mut self, known: &Known) -> Result<(), Fault> {
        if self.frame.opcode != opcode::IF {
            return Err(Fault::ElseWithoutIf);
        }
        self.complete(known)?;
        self.frame.opcode = opcode::ELSE;
        self.frame.unreachable = false;
        self.push_all(self.frame.ty.parameters(known)?)
    }

    /// Ends the block, and returns whether it was the function.
    pub(super) fn exit(&mut self, known: &Known) -> Result<bool, Fault> {
        self.complete(known)?;
        let Frame { opcode, ty, .. } = self.frame;
        let results = ty.results(known)?;
        if opcode == opcode::IF && ty.parameters(known)? != results {
            return Err(Fault::TypeMismatch);
        }
        let Some(frame) = self.outer.pop() else { return Ok(true) };
        self.frame = frame;
        self.push_all(results)?;
        Ok(false)
    }

    /// The block that a label stands for.
    pub(super) fn target(&self, label: u32) -> Result<Frame, Fault> {
        if label == 0 {
            return Ok(self.frame);
        }
        let target = self.outer.len().checked_sub(label as usize);
        target.and_then(|at| self.outer.get(at)).copied().ok_or(Fault::UnknownLabel)
    }

    /// The type of the function.
    pub(super) fn ty(&self) -> BlockType {
        self.outer.first().unwrap_or(&self.frame).ty
    }
}
