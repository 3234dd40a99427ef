//! What a job offers its guest: printing, logs and panics, and the system interface.

use vellum::{Caller, Engine, Error, Extern, Linker, MemoryAccess, Module, Val, guest, wasi};

use super::{lossy::Lossy, number, program::Program};
use crate::Platform;

/// A linker with `env.print_i32`, `print_i64`, `print_f32`, `print_f64` and `env.print`, which prints
/// the bytes of the guest's exported memory as one line of UTF-8; and with the interface of `vellum-guest`
/// and that of the system, if the module imports any of them.
#[inline(never)]
pub(super) fn linker<P: Platform>(
    engine: &Engine,
    module: &Module,
) -> Result<Linker<Program<P>>, Error> {
    let mut linker = Linker::new(engine);
    linker.func_wrap("env", "print_i32", |caller: Caller<'_, Program<P>>, value: i32| {
        show(&caller, Val::I32(value));
    })?;
    linker.func_wrap("env", "print_i64", |caller: Caller<'_, Program<P>>, value: i64| {
        show(&caller, Val::I64(value));
    })?;
    linker.func_wrap("env", "print_f32", |caller: Caller<'_, Program<P>>, value: f32| {
        show(&caller, Val::F32(value.to_bits()));
    })?;
    linker.func_wrap("env", "print_f64", |caller: Caller<'_, Program<P>>, value: f64| {
        show(&caller, Val::F64(value.to_bits()));
    })?;
    linker.func_wrap("env", "print", print::<P>)?;
    if module.imports().any(|import| import.module() == guest::MODULE) {
        guest::add_to_linker(&mut linker, log::<P>)?;
    }
    let is_system = |import: &str| matches!(import, wasi::PREVIEW1 | wasi::THREADS);
    if cfg!(feature = "threads") && module.imports().any(|import| is_system(import.module())) {
        wasi::add_to_linker(&mut linker)?;
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
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    let memory = memory.ok_or_else(|| Error::UnknownExport("memory".into()))?;
    let start = pointer as usize;
    let range = start..start.saturating_add(length as usize);
    let text = memory.data(&caller)?.slice(range)?;
    caller.data().platform.line(format_args!("{}", Lossy(text)));
    Ok(())
}
