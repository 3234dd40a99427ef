//! Files of scripts, as the host hands them to a chip.

use alloc::{boxed::Box, string::String, vec::Vec};
use core::iter;

use serde::{Deserialize, Serialize};
use vellum::{CompilationMode, Config, Error, ModuleLimits, PagePool};

use super::{Line, Outcome, Session, Way, execute};
use crate::Console;

/// Bytes of a guest's value stack, functions that may be active, calls at once, and pages of one
/// memory.
const VALUE_STACK: usize = 16 * 1024;
const RECURSION: usize = 128;
const CALLS: usize = 4;
const PAGES: u64 = 2;

/// One script of a file. Its lines follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// The name of the suite's file.
    pub name: String,
    /// How it runs, each time, and how many of its assertions are accepted to fail.
    pub ways: Vec<(Way, usize)>,
    /// How many lines it has.
    pub lines: usize,
}

/// What came of all scripts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Assertions that passed.
    pub passed: usize,
    /// Assertions that are accepted to fail, and did.
    pub accepted: usize,
    /// Scripts of which not as many assertions failed as are accepted.
    pub wrong: usize,
}

/// Adds a script to a file.
///
/// # Errors
///
/// None while there is memory.
pub fn encode(
    file: Vec<u8>,
    name: &str,
    ways: Vec<(Way, usize)>,
    lines: &[Line],
) -> Result<Vec<u8>, postcard::Error> {
    let script = Script { name: name.into(), ways, lines: lines.len() };
    let file = postcard::to_extend(&script, file)?;
    lines.iter().try_fold(file, |file, line| postcard::to_extend(line, file))
}

/// Carries out all scripts of a file, and prints what fails.
///
/// # Errors
///
/// Any error of the runtime about an engine, or a file that is not a suite.
#[inline(never)]
pub fn suite(
    console: &impl Console,
    pages: &'static PagePool,
    mut file: &[u8],
) -> Result<Totals, Error> {
    let mut totals = Totals::default();
    while !file.is_empty() {
        let (script, lines) = next::<Script>(file).ok_or_else(|| Error::host("no script"))?;
        file = lines;
        for &(way, accepted) in &script.ways {
            let mut session = session(console, pages, way)?;
            file = lines;
            let lines = iter::from_fn(|| {
                let (line, rest) = next::<Line>(file)?;
                file = rest;
                Some(line)
            });
            let outcome = execute(&mut session, lines.take(script.lines));
            totals.add(console, &script, way, accepted, outcome);
        }
    }
    Ok(totals)
}

/// What comes next in a file, and the rest.
#[inline(never)]
fn next<'a, T: Deserialize<'a>>(file: &'a [u8]) -> Option<(T, &'a [u8])> {
    postcard::take_from_bytes(file).ok()
}

/// On the heap, out of the way of the small native stack.
#[inline(never)]
fn session(
    console: &impl Console,
    pages: &'static PagePool,
    way: Way,
) -> Result<Box<Session>, Error> {
    Session::new(&config(pages), console.threads(), way).map(Box::new)
}

impl Totals {
    #[inline(never)]
    fn add(
        &mut self,
        console: &impl Console,
        script: &Script,
        way: Way,
        accepted: usize,
        outcome: Outcome,
    ) {
        let (name, failed) = (&script.name, outcome.failures.len());
        for (line, why) in outcome.failures {
            console.line(format_args!("{name}:{line}, {way:?}: {why}"));
        }
        if failed != accepted || outcome.passed + failed != script.lines {
            self.wrong += 1;
            console.error(format_args!("{failed} failures, {accepted} accepted: {name}, {way:?}"));
        }
        self.passed += outcome.passed;
        self.accepted += failed.min(accepted);
    }
}

fn config(pages: &'static PagePool) -> Config {
    let mut config = Config::new();
    config
        .page_pool(pages)
        .max_value_stack(VALUE_STACK)
        .max_recursion_depth(RECURSION)
        .concurrent_calls(CALLS)
        .compilation_mode(CompilationMode::Eager)
        .memory_maximum(PAGES)
        .module_limits(ModuleLimits::UNLIMITED);
    config
}
