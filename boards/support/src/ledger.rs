//! A ledger of the heap: each change of it goes to a file of the emulator's host, which tells by the
//! stack's words where the heap was asked.

#![expect(unsafe_code, reason = "reads registers")]

use core::{arch::asm, cell::RefCell, ffi::CStr};

use critical_section::Mutex;
use semihosting::{fs::File, io::Write};
use vellum_scenarios::runner::Step;

use crate::stack;

/// The file, in the emulator's working directory.
const FILE: &CStr = c"heap.ledger";
/// Most words of the stack that go with a change.
const WORDS: usize = 512;
/// Words that are written at one time.
const CHUNK: usize = 32;

/// What an entry is, its first word. It has seven more, and as many of the stack's as the last one says.
#[derive(Clone, Copy)]
enum Entry {
    Restart,
    Step(Step),
    Change,
}

static LEDGER: Mutex<RefCell<Option<File>>> = Mutex::new(RefCell::new(None));

/// Notes that peaks are counted anew.
pub(crate) fn restart() {
    write(Entry::Restart, [0; 6], core::iter::empty());
}

/// Notes that the job goes on to a step.
pub(crate) fn step(step: Step) {
    write(Entry::Step(step), [0; 6], core::iter::empty());
}

/// Notes that a block has taken the place of another: of none, if it is new, or none of a block that is
/// freed.
#[inline(never)]
pub(crate) fn change(old: *mut u8, new: *mut u8, size: usize) {
    let (pc, sp, r7): (u32, u32, u32);
    // SAFETY: the instructions read registers, and nothing else.
    unsafe {
        asm!("mov {}, pc", "mov {}, sp", "mov {}, r7", out(reg) pc, out(reg) sp, out(reg) r7,
            options(nomem, nostack, preserves_flags));
    }
    let asked = !new.is_null();
    let words = if asked { WORDS } else { 0 };
    let (old, new) = (old.addr() as u32, new.addr() as u32);
    let size = if asked { size as u32 } else { 0 };
    write(Entry::Change, [old, new, size, pc, sp, r7], stack::above(sp as usize).take(words));
}

/// Writes an entry. Without a file nothing is written, which the host says.
fn write(entry: Entry, values: [u32; 6], stack: impl Iterator<Item = u32> + Clone) {
    let kind = match entry {
        Entry::Restart => 0,
        Entry::Step(step) => 1 + step as u32,
        Entry::Change => 1 + Step::ALL.len() as u32,
    };
    let count = stack.clone().count() as u32;
    let mut words = core::iter::once(kind).chain(values).chain([count]).chain(stack).peekable();
    critical_section::with(|section| {
        let mut file = LEDGER.borrow_ref_mut(section);
        if file.is_none() {
            *file = File::create(FILE).ok();
        }
        let Some(file) = &mut *file else { return };
        while words.peek().is_some() {
            let mut chunk = [0; CHUNK * size_of::<u32>()];
            let mut length = 0;
            for (bytes, word) in chunk.chunks_exact_mut(size_of::<u32>()).zip(&mut words) {
                bytes.copy_from_slice(&word.to_le_bytes());
                length += bytes.len();
            }
            if file.write_all(chunk.get(..length).unwrap_or_default()).is_err() {
                return;
            }
        }
    });
}
