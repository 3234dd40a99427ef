//! Nor can a host function keep one while it calls back into its guest.

use vellum::{Caller, Error, Func, Memory};

fn kept(mut caller: Caller<'_, ()>, memory: Memory, f: Func) -> Result<u8, Error> {
    let bytes = memory.data_mut(&mut caller)?;
    f.call(&mut caller, &[], &mut [])?;
    Ok(bytes[0])
}

fn main() {}
