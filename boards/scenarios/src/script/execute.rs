//! What each directive of a script asks for.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use vellum::{Error, Trap, Val};

use super::{
    Directive, Line, Pattern,
    litmus::litmus,
    session::{Fault, Session},
};

/// What became of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Directives that did what they ask for.
    pub passed: usize,
    /// Lines of the directives that did not, and why.
    pub failures: Vec<(u32, String)>,
}

/// Executes all lines of a script, also after one that fails.
pub fn execute(session: &mut Session, lines: impl IntoIterator<Item = Line>) -> Outcome {
    let mut outcome = Outcome::default();
    for Line { number, directive } in lines {
        match carry_out(session, directive) {
            Ok(()) => outcome.passed += 1,
            Err(fault) => outcome.failures.push((number, fault.to_string())),
        }
    }
    outcome
}

/// `Ok` if everything is as the directive asks. Apart from the loop and from what it calls, because
/// loading needs most of a small native stack.
#[inline(never)]
fn carry_out(session: &mut Session, directive: Directive) -> Result<(), Fault> {
    match directive {
        Directive::Module { name, module } => {
            session.forget_current();
            let module = session.load(module)?;
            session.instantiate(name, &module)
        }
        Directive::Definition { name, module } => {
            let module = session.load(module)?;
            session.define(name, module);
            Ok(())
        }
        Directive::Instance { name, definition } => {
            let module = session.definition(definition)?;
            session.instantiate(name, &module)
        }
        Directive::Register { name, instance } => {
            let instance = session.instance(instance.as_deref())?;
            session.register(name, instance)
        }
        Directive::Action(action) => session.act(action).map(drop),
        Directive::Return(action, results) => {
            let values = session.act(action)?;
            returned(session, &values, &results)
        }
        Directive::Trap(action, message) => {
            trapped(session.act(action), |trap| means(trap, &message), &message)
        }
        Directive::Exhaustion(action) => {
            let exhausted = Trap::CallStackExhausted;
            trapped(session.act(action), |trap| trap == exhausted, exhausted.message())
        }
        Directive::Invalid(module) => invalid(session.load(module).map(drop)),
        Directive::Unlinkable(module, message) => {
            let module = session.load(module)?;
            unlinkable(session.instantiate(None, &module), &message)
        }
        Directive::Litmus { threads, allowed } => litmus(session, threads, &allowed),
        Directive::NoModule(why) => {
            session.forget_current();
            Err(Fault::Script(why))
        }
        Directive::Impossible(why) => Err(Fault::Script(why)),
    }
}

#[inline(never)]
fn returned(session: &mut Session, values: &[Val], expected: &[Pattern]) -> Result<(), Fault> {
    let same = values.len() == expected.len();
    let store = session.lock()?;
    if same && values.iter().zip(expected).all(|(value, expected)| expected.matches(&store, value))
    {
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

#[inline(never)]
fn trapped<T: fmt::Debug>(
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

#[inline(never)]
fn invalid(outcome: Result<(), Fault>) -> Result<(), Fault> {
    match outcome {
        Err(Fault::Runtime(Error::InvalidModule { .. })) => Ok(()),
        Err(other) => Err(Fault::Script(format!("{other}, not an invalid module"))),
        Ok(()) => Err(Fault::Script("a module that should be invalid loads".into())),
    }
}

#[inline(never)]
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
