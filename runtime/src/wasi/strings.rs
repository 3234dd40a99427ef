//! The program's arguments and its environment.

use super::{
    guest::{WasiResult, charge, with},
    host::Wasi,
};
use crate::func::caller::Caller;
use vellum_memory::MemoryAccess as _;

/// Gives each string of a list in the parts that it is put together of.
pub(super) type Strings<T> = fn(&T, &mut dyn FnMut(&[&str]));

pub(super) fn arguments<T: Wasi>(user: &T, each: &mut dyn FnMut(&[&str])) {
    for argument in user.args() {
        each(&[argument]);
    }
}

pub(super) fn environment<T: Wasi>(user: &T, each: &mut dyn FnMut(&[&str])) {
    for (name, value) in user.environ() {
        each(&[name, "=", value]);
    }
}

/// How many strings there are, and how many bytes they have together, with a zero after each.
fn count<T: Wasi>(user: &T, strings: Strings<T>) -> (u32, u32) {
    let (mut count, mut bytes) = (0, 0);
    strings(user, &mut |parts| {
        count += 1;
        bytes += parts.iter().map(|part| part.len() as u32).sum::<u32>() + 1;
    });
    (count, bytes)
}

pub(super) fn sizes<T: Wasi>(
    mut caller: Caller<'_, T>,
    strings: Strings<T>,
    count_at: u32,
    bytes_at: u32,
) -> WasiResult {
    with(&mut caller, |memory, user| {
        let (count, bytes) = count(user, strings);
        memory.write_value(count_at as usize, &count)?;
        Ok(memory.write_value(bytes_at as usize, &bytes)?)
    })
}

/// Writes the strings one after the other, and a list of where each begins.
pub(super) fn list<T: Wasi>(
    mut caller: Caller<'_, T>,
    strings: Strings<T>,
    list: u32,
    bytes: u32,
) -> WasiResult {
    let (_, total) = count(caller.data(), strings);
    charge(&mut caller, total as usize)?;
    with(&mut caller, |memory, user| {
        let (mut entry, mut at) = (list as usize, bytes as usize);
        let mut written = Ok(());
        strings(user, &mut |parts| {
            written = written.and_then(|()| {
                memory.write_value(entry, &(at as u32))?;
                entry = entry.saturating_add(size_of::<u32>());
                for part in parts.iter().map(|part| part.as_bytes()).chain([[0].as_slice()]) {
                    memory.write(at, part)?;
                    at = at.saturating_add(part.len());
                }
                Ok(())
            });
        });
        written
    })
}
