//! Modules that the emulator has put into flash, behind the firmware.

#![expect(unsafe_code, reason = "a module in flash is known by its address alone")]

use core::{ptr, slice};

/// The module at `path`, if that is an address and a length, hexadecimal, with a `+` between them.
/// Anything else is the name of a file.
pub(super) fn module(path: &str) -> Option<&'static [u8]> {
    unsafe extern "C" {
        static __sidata: u8;
        static _flash_end: u8;
    }
    let (address, length) = path.strip_prefix('@')?.split_once('+')?;
    let address = usize::from_str_radix(address, 16).ok()?;
    let length = usize::from_str_radix(length, 16).ok()?;
    let (code_end, flash_end) = ((&raw const __sidata).addr(), (&raw const _flash_end).addr());
    if address < code_end || length > flash_end.checked_sub(address)? {
        return None;
    }
    // SAFETY: the bytes lie in flash behind the firmware's code, where nothing ever writes.
    Some(unsafe { slice::from_raw_parts(ptr::with_exposed_provenance(address), length) })
}
