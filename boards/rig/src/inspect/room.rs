//! What each board's firmware has for a guest.

/// What a board's firmware has for a guest, in bytes.
///
/// On record, so that a module can be judged before any firmware is built: a little less than there is, and a
/// little more for the engine. A test compares it with what the firmware itself reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    /// For the module, behind the firmware.
    pub(crate) flash: u64,
    /// The pool of pages; `None` if pages are lent of the heap's region.
    pub(crate) pool: Option<u64>,
    /// All of the heap.
    pub(crate) heap: u64,
    /// What the engine has of it at most, with its stacks.
    pub(crate) engine: u64,
}

const RECORD: [(&str, Room); 3] = [
    (
        "mps2-an386",
        Room { flash: 3_500_000, pool: Some(2_097_152), heap: 1_550_000, engine: 98_000 },
    ),
    (
        "mps2-an521",
        Room { flash: 3_500_000, pool: Some(2_097_152), heap: 1_530_000, engine: 98_000 },
    ),
    ("stm32f405", Room { flash: 400_000, pool: None, heap: 109_500, engine: 11_800 }),
];

impl Room {
    /// That of the board's firmware, if it is on record.
    pub(crate) fn of(board: &str) -> Option<Self> {
        RECORD.iter().find(|(name, _)| *name == board).map(|(_, room)| *room)
    }
}
