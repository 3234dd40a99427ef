//! What programs of AssemblyScript and Emscripten import from `env`.

use core::fmt::{self, Write as _};

use vellum::{Caller, Error, ExternType, Linker, MemoryAccess, wasi::Wasi};

use super::program::Program;
use crate::Platform;

/// Bits of a float that a random number has.
const RANDOM_BITS: u32 = 52;

/// Defines the function that a program imports with this type from `env`, if it is one of these.
pub(super) fn define<P: Platform>(
    linker: &mut Linker<Program<P>>,
    name: &str,
    ty: &ExternType,
) -> Result<(), Error> {
    match name {
        // C's has no parameters.
        "abort" if ty.func().is_some_and(|ty| ty.params().is_empty()) => {
            linker.func_wrap("env", name, || Err::<(), _>(Error::host(Aborted)))?
        }
        "abort" => linker.func_wrap("env", name, abort::<P>)?,
        "console.log" | "console.debug" | "console.info" | "console.warn" | "console.error" => {
            linker.func_wrap("env", name, log::<P>)?
        }
        "trace" => linker.func_wrap("env", name, trace::<P>)?,
        "seed" => linker.func_wrap("env", name, seed::<P>)?,
        "Date.now" => linker.func_wrap("env", name, milliseconds::<P>)?,
        // Bytes are looked up anew for every call.
        "emscripten_notify_memory_growth" => linker.func_wrap("env", name, |_: i32| {})?,
        _ => return Ok(()),
    };
    Ok(())
}

/// The guest has ended itself, after it has printed why.
#[derive(Debug)]
struct Aborted;

impl fmt::Display for Aborted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the guest aborted")
    }
}

impl core::error::Error for Aborted {}

fn abort<P: Platform>(
    mut caller: Caller<'_, Program<P>>,
    message: u32,
    file: u32,
    line: u32,
    column: u32,
) -> Result<(), Error> {
    print(&mut caller, |bytes, platform| {
        let (message, file) = (Text::at(bytes, message)?, Text::at(bytes, file)?);
        platform.line(format_args!("abort: {message} at {file}:{line}:{column}"));
        Ok(())
    })?;
    Err(Error::host(Aborted))
}

fn log<P: Platform>(mut caller: Caller<'_, Program<P>>, text: u32) -> Result<(), Error> {
    print(&mut caller, |bytes, platform| {
        platform.line(format_args!("{}", Text::at(bytes, text)?));
        Ok(())
    })
}

/// The first `count` numbers come in lines of their own.
#[expect(clippy::too_many_arguments, reason = "AssemblyScript has so many")]
fn trace<P: Platform>(
    mut caller: Caller<'_, Program<P>>,
    text: u32,
    count: i32,
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
) -> Result<(), Error> {
    let numbers = [a, b, c, d, e];
    let count = usize::try_from(count).unwrap_or_default().min(numbers.len());
    print(&mut caller, |bytes, platform| {
        platform.line(format_args!("trace: {}", Text::at(bytes, text)?));
        for number in &numbers[..count] {
            platform.double("trace: ", *number);
        }
        Ok(())
    })
}

/// A number from 0 on and below 1, as good as [`Wasi::random`]'s.
fn seed<P: Platform>(mut caller: Caller<'_, Program<P>>) -> Result<f64, Error> {
    let mut bytes = [0; size_of::<u64>()];
    caller.data_mut().random(&mut bytes).map_err(|_| Error::host(fmt::Error))?;
    let number = u64::from_le_bytes(bytes) >> (u64::BITS - RANDOM_BITS);
    Ok(number as f64 / (1_u64 << RANDOM_BITS) as f64)
}

/// Milliseconds of the platform's clock, 0 without one.
fn milliseconds<P: Platform>(caller: Caller<'_, Program<P>>) -> f64 {
    let now = caller.engine().platform().now().unwrap_or_default();
    (now.0 / 1_000_000) as f64
}

/// Prints what is in the guest's memory.
fn print<P: Platform>(
    caller: &mut Caller<'_, Program<P>>,
    print: impl FnOnce(&[u8], &P) -> Result<(), Error>,
) -> Result<(), Error> {
    let memory = Program::memory(caller)?;
    print(memory.data(&*caller)?, &caller.data().platform)
}

/// Text as AssemblyScript has it: code units of UTF-16, behind a header that ends with how many bytes
/// these are.
struct Text<'a>(&'a [u8]);

impl<'a> Text<'a> {
    fn at(memory: &'a [u8], pointer: u32) -> Result<Text<'a>, Error> {
        if pointer == 0 {
            return Ok(Text(b"n\0u\0l\0l\0"));
        }
        let start = pointer as usize;
        let length: u32 = memory.read_value(start.wrapping_sub(size_of::<u32>()))?;
        Ok(Text(memory.slice(start..start.saturating_add(length as usize))?))
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, _) = self.0.as_chunks();
        for unit in char::decode_utf16(units.iter().map(|unit| u16::from_le_bytes(*unit))) {
            f.write_char(unit.unwrap_or(char::REPLACEMENT_CHARACTER))?;
        }
        Ok(())
    }
}
