//! The atomic instructions by opcode.

use vellum_memory::AtomicRmw;

/// What an atomic instruction does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Notify,
    Wait,
    Fence,
    Load,
    Store,
    Rmw(AtomicRmw),
    CompareExchange,
}

/// An atomic instruction, without its immediates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AtomicInstruction {
    pub(crate) operation: Operation,
    /// Whether its values are `i64`, otherwise `i32`.
    pub(crate) long: bool,
    /// The number of bytes accessed as a power of two.
    pub(crate) width: u8,
}

/// The instruction of the threads proposal that has that opcode behind the prefix.
pub(crate) fn decode(opcode: u32) -> Option<AtomicInstruction> {
    const ACCESSES: u32 = 0x10;
    /// The forms in which each access comes: whether its values are `i64`, and its width.
    const FORMS: [(bool, u8); 7] =
        [(false, 2), (true, 3), (false, 0), (false, 1), (true, 0), (true, 1), (true, 2)];
    let (operation, (long, width)) = match opcode {
        0 => (Operation::Notify, (false, 2)),
        1 => (Operation::Wait, (false, 2)),
        2 => (Operation::Wait, (true, 3)),
        3 => (Operation::Fence, (false, 0)),
        _ => {
            let access = usize::try_from(opcode.checked_sub(ACCESSES)?).ok()?;
            let operation = match access / FORMS.len() {
                0 => Operation::Load,
                1 => Operation::Store,
                8 => Operation::CompareExchange,
                nth => Operation::Rmw(*AtomicRmw::ALL.get(nth - 2)?),
            };
            (operation, *FORMS.get(access % FORMS.len())?)
        }
    };
    Some(AtomicInstruction { operation, long, width })
}
