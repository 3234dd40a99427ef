//! Values, outcomes and frames of `wasmtime`, as both runtimes have them.

use super::super::host::Failed;
use super::super::side::{Frame, Outcome};
use super::super::value::Value;
use wasmtime::{FrameInfo, Result, Trap, Val, ValType, WasmBacktrace};

/// A value as both runtimes have it.
pub(crate) fn value(val: &Val) -> Value {
    match val {
        Val::I32(value) => Value::I32(value.cast_unsigned()),
        Val::I64(value) => Value::I64(value.cast_unsigned()),
        Val::F32(bits) => Value::F32(*bits),
        Val::F64(bits) => Value::F64(*bits),
        Val::V128(bits) => Value::V128(bits.as_u128()),
        Val::FuncRef(func) => Value::Func(func.is_none()),
        Val::ExternRef(value) => Value::Extern(value.is_none()),
        other => panic!("no module has a {other:?}"),
    }
}

/// The value of `wasmtime`; references are null.
pub(crate) fn val(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value.cast_signed()),
        Value::I64(value) => Val::I64(value.cast_signed()),
        Value::F32(bits) => Val::F32(bits),
        Value::F64(bits) => Val::F64(bits),
        Value::V128(bits) => Val::V128(bits.into()),
        Value::Func(_) => Val::FuncRef(None),
        Value::Extern(_) => Val::ExternRef(None),
    }
}

pub(super) fn parsed(ty: &ValType) -> wasmparser::ValType {
    match ty {
        ValType::I32 => wasmparser::ValType::I32,
        ValType::I64 => wasmparser::ValType::I64,
        ValType::F32 => wasmparser::ValType::F32,
        ValType::F64 => wasmparser::ValType::F64,
        ValType::V128 => wasmparser::ValType::V128,
        ValType::Ref(ty) if ty.heap_type().is_func() => wasmparser::ValType::FUNCREF,
        ValType::Ref(_) => wasmparser::ValType::EXTERNREF,
    }
}

fn trap(trap: Trap) -> Outcome {
    Outcome::Trap(match trap {
        Trap::StackOverflow => return Outcome::Exhausted("stack"),
        Trap::OutOfFuel => return Outcome::Exhausted("fuel"),
        Trap::UnreachableCodeReached => "unreachable",
        Trap::MemoryOutOfBounds => "out of bounds memory access",
        Trap::TableOutOfBounds => "out of bounds table access",
        Trap::IndirectCallToNull => "uninitialized element",
        Trap::BadSignature => "indirect call type mismatch",
        Trap::IntegerOverflow => "integer overflow",
        Trap::IntegerDivisionByZero => "integer divide by zero",
        Trap::BadConversionToInteger => "invalid conversion to integer",
        other => return Outcome::Other(other.to_string()),
    })
}

/// What came of it, as both runtimes say it.
pub(crate) fn outcome(result: Result<Vec<Value>>) -> Outcome {
    match result {
        Ok(values) => Outcome::Values(values),
        Err(error) => match error.downcast_ref::<Trap>() {
            Some(reason) => trap(*reason),
            None if error.downcast_ref::<Failed>().is_some() => Outcome::HostError,
            None => Outcome::Other(error.to_string()),
        },
    }
}

/// Where an act failed, if it did and the engine tells.
pub(super) fn frames<R>(result: &Result<R>) -> Vec<Frame> {
    let error = result.as_ref().err();
    let backtrace = error.and_then(|error| error.downcast_ref::<WasmBacktrace>());
    let frames = backtrace.map(WasmBacktrace::frames).unwrap_or_default();
    let frame = |it: &FrameInfo| (it.func_index(), it.module_offset().unwrap_or_default());
    frames.iter().map(frame).collect()
}
