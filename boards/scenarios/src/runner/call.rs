//! What to call in a guest, and what comes of it.

use alloc::{borrow::Cow, vec, vec::Vec};
use core::fmt;

use vellum::{Error, Func, Instance, Module, Store, Val};

use super::{Argument, Failure, Moment, Settings, memories, number, program::Program};
use crate::Platform;

/// What is called where no function is named.
const START: &str = "_start";
/// What is called before any other function of a module that is no program, if it is there.
const INITIALIZE: &str = "_initialize";
/// Functions that are listed of a module with nothing to run.
const LISTED: usize = 20;

/// What a job prints of its costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reporting {
    /// Nothing.
    #[default]
    Nothing,
    /// Only how much native stack each step took.
    Stack,
    /// All of them, after the guest has run.
    Costs,
    /// All of them for a guest that need not find what it imports: it is instantiated, and called only
    /// if a function is named.
    Budget,
}

/// What to do with a guest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call<'a> {
    /// Fuel for all of it; without fuel it may run for ever.
    pub fuel: Option<u64>,
    /// Fuel after which a thread of the guest gives way to the next one. With it, a guest has an
    /// engine with threads even if it shares no memory.
    pub slice: Option<u64>,
    /// What of the board's settings is changed.
    pub settings: Settings,
    /// The program's arguments and environment, as [`strings`](super::strings) has them.
    pub strings: Option<Cow<'a, str>>,
    /// What is printed of the costs.
    pub report: Reporting,
    /// The exported function to call; without, `_start` if there is one.
    pub invoke: Option<Cow<'a, str>>,
    /// The arguments of that function.
    pub arguments: Vec<Argument<'a>>,
}

impl Call<'_> {
    /// The function that is called, if it is there.
    pub fn function(&self) -> &str {
        self.invoke.as_deref().unwrap_or(START)
    }

    pub(super) fn run<P: Platform>(
        &self,
        platform: &P,
        store: &mut Store<Program<P>>,
        module: &Module,
        instance: &Instance,
    ) -> Result<(), Failure> {
        if self.report == Reporting::Budget && self.invoke.is_none() {
            return Ok(());
        }
        let initialize = instance.get_func(&*store, INITIALIZE).ok();
        let takes_nothing = |func: &Func| func.ty(&*store).is_ok_and(|ty| ty.params().is_empty());
        let initialize =
            initialize.filter(|func| self.function() != INITIALIZE && takes_nothing(func));
        let is_initialized = initialize.is_some();
        if let Some(initialize) = initialize {
            invoke(platform, store, initialize, INITIALIZE, &[])?;
        }
        memories::show(platform, store, instance, Moment::Before);
        let Some(name) = self.invoke.as_deref() else {
            return match instance.get_func(&*store, START) {
                Ok(start) => invoke(platform, store, start, START, &[]),
                Err(_) => {
                    if !is_initialized && !module.has_start() {
                        platform.line(format_args!("{}", Nothing(module)));
                    }
                    Ok(())
                }
            };
        };
        let function = instance.get_func(&*store, name)?;
        invoke(platform, store, function, name, &self.arguments)
    }
}

/// What a module with nothing to run exports, in one line.
struct Nothing<'a>(&'a Module);

impl fmt::Display for Nothing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let functions = || self.0.exports().filter(|export| export.ty().func().is_some());
        let count = functions().count();
        if count == 0 {
            return f.write_str("nothing to run: the module exports no function");
        }
        f.write_str("nothing to run: the module exports no _start, but")?;
        for (index, export) in functions().take(LISTED).enumerate() {
            if let Some(ty) = export.ty().func() {
                let comma = if index == 0 { "" } else { "," };
                write!(f, "{comma} {:?} {ty}", export.name())?;
            }
        }
        if count > LISTED {
            write!(f, " and {} more", count - LISTED)?;
        }
        Ok(())
    }
}

fn invoke<P: Platform>(
    platform: &P,
    store: &mut Store<Program<P>>,
    function: Func,
    name: &str,
    arguments: &[Argument<'_>],
) -> Result<(), Failure> {
    let ty = function.ty(&*store)?;
    let parsed: Option<Vec<Val>> =
        ty.params().iter().zip(arguments).map(|(ty, argument)| argument.value(*ty)).collect();
    let Some(parsed) = parsed.filter(|_| ty.params().len() == arguments.len()) else {
        return Err(Error::WrongArguments(ty).into());
    };
    let mut results = vec![Val::I32(0); ty.results().len()];
    let called = function.call(&mut *store, &parsed, &mut results);
    called.map_err(|error| Failure::calling(error, name))?;
    if !results.is_empty() {
        store.data().flush();
    }
    for result in &results {
        number::print(platform, "result: ", result);
    }
    Ok(())
}
