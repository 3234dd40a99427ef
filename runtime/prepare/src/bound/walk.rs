//! Following a function through the interpreter's translator, as far as sizes depend on it.

use super::super::{
    block_kind::BlockKind, error::PrepareError, memories::reserve, mend::Instruction, opcode,
    reader::Reader,
};
use super::{
    body::Body,
    facts::{Facts, Signature},
    frame::{BlockType, Certainty, DEEPEST, Frame},
    locals::{Groups, Locals, PerLocal},
    operand::{CONSTANT, LOCAL, Operand, REGISTER, SLOT, UNKNOWN_VALUE},
    operands::{Operands, WINDOW},
};
use alloc::vec::Vec;
use core::ops::Range;

/// Room for what is remembered of one function at a time.
pub(super) struct Room {
    operands: Vec<Operand>,
    frames: Vec<Frame>,
    groups: Groups,
    pub(super) per_local: PerLocal,
}

impl Room {
    /// For functions whose bodies have so many bytes at most.
    pub(super) fn new(largest_body: usize) -> Result<Self, PrepareError> {
        let mut room = Self {
            operands: Vec::new(),
            frames: Vec::new(),
            groups: Groups::NONE,
            per_local: PerLocal::default(),
        };
        reserve(&mut room.operands, WINDOW)?;
        room.operands.resize(WINDOW, Operand::UNKNOWN);
        reserve(&mut room.frames, DEEPEST.min(largest_body / 2 + 1))?;
        Ok(room)
    }
}

/// A walk over a function body.
///
/// Its steps are `None` where it loses track; what follows is then taken to be anything.
pub(super) struct Walk<'w, 'm> {
    pub(super) facts: &'w mut Facts<'m>,
    pub(super) operands: Operands<'w>,
    pub(super) frames: &'w mut Vec<Frame>,
    locals: Locals<'w, 'm>,
    pub(super) instruction: Instruction,
    pub(super) reachable: Certainty,
    /// Whether it has lost track.
    pub(super) lost: bool,
    /// Operands that the validator counts in code that can't be reached.
    pub(super) dead_height: u32,
    /// Whether the last instruction was a comparison that a branch takes up.
    pub(super) compared: bool,
    /// Bytes of an instruction that counts fuel.
    pub(super) fuel: u32,
    pub(super) ifs: u32,
    pub(super) if_parameters: u32,
    pub(super) body: Body,
}

/// What translating the function with that type and body takes.
pub(super) fn measure<'m>(
    facts: &mut Facts<'m>,
    room: &mut Room,
    ty: Option<u32>,
    body: Range<usize>,
    fuel: bool,
) -> Body {
    let length = body.len();
    walk(facts, room, ty, body, fuel).unwrap_or_else(|| {
        let mut body = Body::default();
        body.anything(length.saturating_add(1), facts.most_values);
        body
    })
}

fn walk<'m>(
    facts: &mut Facts<'m>,
    room: &mut Room,
    ty: Option<u32>,
    body: Range<usize>,
    fuel: bool,
) -> Option<Body> {
    const FUEL: u32 = 10;
    let Some((ty, signature)) = ty.and_then(|ty| Some((ty, facts.signature(ty)?))) else {
        return Some(unknown(facts, room, &body));
    };
    let mut locals = Locals::new(signature.parameters, &mut room.groups);
    let code = locals.read(facts.module.get(body.clone())?, &mut room.per_local)?;
    let start = body.end - code.len();
    room.frames.clear();
    let mut walk = Walk {
        operands: Operands::new(room.operands.as_mut_slice().try_into().ok()?),
        frames: &mut room.frames,
        instruction: Instruction { end: start, ..Instruction::default() },
        reachable: Certainty::Yes,
        lost: false,
        dead_height: 0,
        compared: false,
        fuel: if fuel { FUEL } else { 0 },
        ifs: 0,
        if_parameters: 0,
        body: Body { locals: locals.count, groups: locals.declared, labels: 1, ..Body::default() },
        locals,
        facts,
    };
    walk.emit(walk.fuel);
    walk.push_frame(Some(BlockKind::Block), BlockType::function(ty), Signature::default())?;
    walk.all(body.end);
    Some(walk.body)
}

/// What a function takes whose type it would take too long to find.
fn unknown(facts: &Facts<'_>, room: &mut Room, body: &Range<usize>) -> Body {
    let locals = Reader::new(facts.module, body.clone()).locals().unwrap_or_default();
    let (body, per_local) = Body::any(body.len(), locals, facts.most_values);
    room.per_local = room.per_local.or(per_local);
    body
}

impl<'m> Walk<'_, 'm> {
    fn all(&mut self, end: usize) {
        loop {
            if self.is_followed() && (self.frequent(end).is_none() || self.frames.is_empty()) {
                break;
            }
            let followed = self.is_followed();
            if self.instruction.advance(self.facts.module, end).is_none() {
                break;
            }
            if !self.lost {
                self.lost = if followed { self.step() } else { self.dead_step() }.is_none();
            }
            if self.lost {
                self.lost_step();
            } else if self.frames.is_empty() {
                break;
            }
        }
        self.body.operands = self.body.operands.saturating_add(self.operands.highest);
    }

    /// Whether it is followed where operands are: it has not lost track, and code may be reached.
    fn is_followed(&self) -> bool {
        !self.lost && self.reachable != Certainty::No
    }

    /// Counts bytes of code.
    pub(super) fn emit(&mut self, bytes: u32) {
        if bytes > 0 {
            self.body.code = self.body.code.saturating_add(bytes);
            self.compared = false;
        }
    }

    pub(super) fn push_frame(
        &mut self,
        kind: Option<BlockKind>,
        ty: BlockType,
        signature: Signature<'m>,
    ) -> Option<()> {
        if self.frames.len() == self.frames.capacity() {
            return None;
        }
        let height = match kind {
            None => self.dead_height,
            Some(_) => self.operands.height(),
        };
        let below = height.saturating_sub(signature.parameters.len() as u32);
        let frame = Frame {
            kind,
            branched: Certainty::No,
            then: Certainty::No,
            constant: false,
            height: below,
            ty,
        };
        self.frames.push(frame);
        self.body.blocks = self.body.blocks.max(self.frames.len() as u32);
        Some(())
    }

    /// What follows can't be reached.
    pub(super) fn unreachable(&mut self) {
        self.reachable = Certainty::No;
        self.dead_height = self.frames.last().map_or(0, |frame| frame.height);
    }

    fn step(&mut self) -> Option<()> {
        let (opcode, index) = (self.instruction.opcode, self.instruction.index);
        match opcode {
            opcode::UNREACHABLE => {
                const TRAP: u32 = 3;
                self.emit(TRAP);
                self.unreachable();
                Some(())
            }
            opcode::ELSE => self.r#else(),
            opcode::BRANCH_TABLE => self.branch_table(),
            opcode::RETURN => {
                self.r#return()?;
                self.unreachable();
                Some(())
            }
            opcode::RETURN_CALL => self.call_function(index, true),
            opcode::CALL_INDIRECT | opcode::RETURN_CALL_INDIRECT => self.call_indirect(),
            _ => self.plain(),
        }
    }

    pub(super) fn local_get(&mut self, index: u32) {
        let cost = match (self.locals.first(index), index as u16) {
            (Some(ty), detail) => {
                self.operands.push_certain_local(Operand { places: LOCAL, ty, detail })
            }
            _ => self.operands.push_local(index, self.locals.ty(index)),
        };
        self.emit(cost);
    }

    pub(super) fn local_set(&mut self, index: u32, tee: bool) {
        /// Local variables that have instructions of their own for copies between them.
        const NEAR: u32 = 6;
        /// And for copies from registers.
        const NEAR_REGISTER: u32 = 10;
        let value = self.operands.pop();
        if value.is(LOCAL) && value.detail != UNKNOWN_VALUE && u32::from(value.detail) == index {
            if tee {
                self.push_back(value);
            }
            return;
        }
        let near = value.is(LOCAL) && u32::from(value.detail) < NEAR && index < NEAR;
        let near = near || value.is(REGISTER) && index < NEAR_REGISTER;
        let cost = if near { 2 } else { value.copy() };
        let preserved = self.operands.preserve_local(index);
        self.emit(cost.saturating_add(preserved));
        if !tee {
            return;
        }
        let cost = match value.places {
            LOCAL | REGISTER => self.operands.push_local(index, value.ty),
            SLOT => self.operands.push_slot(value.ty),
            CONSTANT => self.operands.push_fixed(value),
            places => self.operands.push_open(places | LOCAL, value.ty),
        };
        self.emit(cost);
    }
}
