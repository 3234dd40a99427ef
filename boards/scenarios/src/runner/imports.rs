//! What a job offers its guest: printing, logs and panics, the system interface, and what toolchains want
//! besides.

use vellum::{Caller, Engine, Error, Linker, MemoryAccess, Module, Val, guest, wasi};

#[cfg(feature = "backtrace")]
use super::profile;
use super::{lossy::Lossy, number, program::Program, toolchains};
use crate::Platform;

/// A linker with what the module imports of these: `env.print_i32`, `print_i64`, `print_f32`,
/// `print_f64` and `env.print`, which prints the bytes of the guest's memory as one line of UTF-8; what
/// AssemblyScript and Emscripten import; the interface of `vellum-guest`; and the system interface.
#[inline(never)]
pub(super) fn linker<P: Platform>(
    engine: &Engine,
    module: &Module,
) -> Result<Linker<Program<P>>, Error> {
    let mut linker = Linker::new(engine);
    // What is imported twice is defined twice.
    linker.allow_shadowing(true);
    for import in module.imports().filter(|import| import.module() == "env") {
        let name = import.name();
        match name {
            "print_i32" => linker.func_wrap("env", name, |caller: Caller<'_, _>, value: i32| {
                show::<P>(&caller, Val::I32(value));
            })?,
            "print_i64" => linker.func_wrap("env", name, |caller: Caller<'_, _>, value: i64| {
                show::<P>(&caller, Val::I64(value));
            })?,
            "print_f32" => linker.func_wrap("env", name, |caller: Caller<'_, _>, value: f32| {
                show::<P>(&caller, Val::F32(value.to_bits()));
            })?,
            "print_f64" => linker.func_wrap("env", name, |caller: Caller<'_, _>, value: f64| {
                show::<P>(&caller, Val::F64(value.to_bits()));
            })?,
            "print" => linker.func_wrap("env", name, print::<P>)?,
            _ => {
                toolchains::define(&mut linker, name, import.ty())?;
                &mut linker
            }
        };
    }
    if module.imports().any(|import| import.module() == guest::MODULE) {
        guest::add_to_linker(&mut linker, log::<P>)?;
    }
    #[cfg(feature = "backtrace")]
    profile::define(&mut linker, module)?;
    if cfg!(feature = "threads") {
        wasi::add_imports_to_linker(&mut linker, module)?;
    }
    Ok(linker)
}

fn log<P: Platform>(program: &mut Program<P>, line: &str) {
    program.platform.line(format_args!("{line}"));
}

fn show<P: Platform>(caller: &Caller<'_, Program<P>>, value: Val) {
    number::print(&caller.data().platform, "", &value);
}

fn print<P: Platform>(
    mut caller: Caller<'_, Program<P>>,
    pointer: u32,
    length: u32,
) -> Result<(), Error> {
    let memory = Program::memory(&mut caller)?;
    let start = pointer as usize;
    let range = start..start.saturating_add(length as usize);
    let text = memory.data(&caller)?.slice(range)?;
    caller.data().platform.line(format_args!("{}", Lossy(text)));
    Ok(())
}
