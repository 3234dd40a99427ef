//! What to call in a guest, and what comes of it.

use alloc::{borrow::Cow, vec, vec::Vec};

use vellum::{Error, Func, Instance, Store, Val};

use super::{Argument, Failure, Settings, number, program::Program};
use crate::Platform;

/// What is called where no function is named.
const START: &str = "_start";

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
        instance: &Instance,
    ) -> Result<(), Failure> {
        let Some(name) = self.invoke.as_deref() else {
            if self.report == Reporting::Budget {
                return Ok(());
            }
            return match instance.get_func(&*store, START) {
                Ok(start) => invoke(platform, store, start, START, &[]),
                Err(_) => Ok(()),
            };
        };
        let function = instance.get_func(&*store, name)?;
        invoke(platform, store, function, name, &self.arguments)
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
    match function.call(&mut *store, &parsed, &mut results) {
        Ok(()) => {}
        Err(Error::Exit(0)) => return Ok(()),
        Err(error) => return Err(Failure::calling(error, name)),
    }
    for result in &results {
        number::print(platform, "result: ", result);
    }
    Ok(())
}
