//! What a job offers its guest: printing.

use core::fmt::{self, Write};

use vellum::{Caller, Engine, Error, Extern, Linker, MemoryAccess, Val};

use super::number;
use crate::Console;

/// A linker with `env.print_i32`, `print_i64`, `print_f32`, `print_f64` and `env.print`, which prints
/// the bytes of the guest's exported memory as one line of UTF-8.
#[inline(never)]
pub(super) fn linker<C: Console>(engine: &Engine) -> Result<Linker<C>, Error> {
    let mut linker = Linker::new(engine);
    linker.func_wrap("env", "print_i32", |caller: Caller<'_, C>, value: i32| {
        show(&caller, Val::I32(value));
    })?;
    linker.func_wrap("env", "print_i64", |caller: Caller<'_, C>, value: i64| {
        show(&caller, Val::I64(value));
    })?;
    linker.func_wrap("env", "print_f32", |caller: Caller<'_, C>, value: f32| {
        show(&caller, Val::F32(value.to_bits()));
    })?;
    linker.func_wrap("env", "print_f64", |caller: Caller<'_, C>, value: f64| {
        show(&caller, Val::F64(value.to_bits()));
    })?;
    linker.func_wrap("env", "print", print::<C>)?;
    Ok(linker)
}

fn show<C: Console>(caller: &Caller<'_, C>, value: Val) {
    number::print(caller.data(), "", &value);
}

fn print<C: Console>(mut caller: Caller<'_, C>, pointer: u32, length: u32) -> Result<(), Error> {
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    let memory = memory.ok_or_else(|| Error::UnknownExport("memory".into()))?;
    let start = pointer as usize;
    let range = start..start.saturating_add(length as usize);
    let text = memory.data(&caller)?.slice(range)?;
    caller.data().line(format_args!("{}", Lossy(text)));
    Ok(())
}

/// Bytes as text, what is no UTF-8 replaced.
struct Lossy<'a>(&'a [u8]);

impl fmt::Display for Lossy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.strip_suffix(b"\n").unwrap_or(self.0);
        for chunk in text.utf8_chunks() {
            f.write_str(chunk.valid())?;
            if !chunk.invalid().is_empty() {
                f.write_char(char::REPLACEMENT_CHARACTER)?;
            }
        }
        Ok(())
    }
}
