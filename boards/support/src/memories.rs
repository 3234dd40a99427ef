//! The memories of guests, which go to files of the emulator's host.
//!
//! The file `look` tells which: in the first line the ends of the first memory's stack, which is painted
//! before the call, or nothing; then the name of an export a line.

use alloc::{ffi::CString, format, string::String};

use semihosting::{
    fs::File,
    io::{Read, Write},
};
use vellum::StackPaint;
use vellum_scenarios::runner::Moment;

/// Bytes of the file `look` at most.
const LONGEST: usize = 1024;

/// The name of the memory with this number, if the host wants to see so many.
pub(crate) fn name(number: usize) -> Option<String> {
    with_request(|lines| lines.nth(number + 1).map(String::from))
}

/// Writes the bytes of a memory to the file `before.N` or `after.N`. A file that can't be written is not
/// there, which the host says.
pub(crate) fn look(moment: Moment, number: usize, bytes: &mut [u8]) {
    let name = match moment {
        Moment::Before => "before",
        Moment::After => "after",
    };
    if (moment, number) == (Moment::Before, 0)
        && let Some((low, high)) = with_request(|lines| stack(lines.next()?))
    {
        // A stack outside the memory is left as it is.
        let _ = StackPaint::new(bytes, low..high);
    }
    let file = CString::new(format!("{name}.{number}")).ok().map(|name| File::create(&name));
    if let Some(Ok(mut file)) = file {
        let _ = file.write_all(bytes);
    }
}

fn with_request<R>(f: impl FnOnce(&mut core::str::Lines<'_>) -> Option<R>) -> Option<R> {
    let mut text = [0; LONGEST];
    let length = File::open(c"look").ok()?.read(&mut text).ok()?;
    f(&mut core::str::from_utf8(text.get(..length)?).ok()?.lines())
}

fn stack(line: &str) -> Option<(usize, usize)> {
    let (low, high) = line.split_once(' ')?;
    Some((low.parse().ok()?, high.parse().ok()?))
}
