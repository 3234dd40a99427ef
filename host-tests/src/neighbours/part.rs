//! A part of a family, compared in its own process, so that a crash ends nothing else.

use super::{Family, Part, Tally, Theirs, Way, compare};
use std::{
    error::Error,
    io::{self, Write},
};

/// What one process compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// The part of the family.
    pub part: Part,
    /// How many of its cases are left out first.
    pub skip: usize,
    /// How many follow.
    pub take: usize,
    /// Whether each has a module of its own.
    pub alone: bool,
    /// Whether each module runs without fuel and with it, rather than in turns.
    pub thorough: bool,
}

impl Work {
    /// As words of a command line.
    pub fn words(&self) -> Vec<String> {
        let Self { part: Part { from, to, every }, skip, take, alone, thorough } = *self;
        [from, to, every, skip, take, alone.into(), thorough.into()]
            .map(|number| number.to_string())
            .into()
    }

    /// What words of a command line say.
    pub fn parse(words: &[String]) -> Option<Self> {
        let numbers: Result<Vec<usize>, _> = words.iter().map(|word| word.parse()).collect();
        let [from, to, every, skip, take, alone, thorough] = numbers.ok()?[..] else {
            return None;
        };
        let (alone, thorough) = (alone == 1, thorough == 1);
        Some(Self { part: Part { from, to, every }, skip, take, alone, thorough })
    }

    /// How the module with the case of this number is run.
    fn ways(&self, family: &dyn Family, case: usize) -> Vec<Way> {
        let turn = case / family.module_size() + self.part.from;
        let mut ways = match self.thorough {
            true => vec![
                [Way::Eager, Way::Lazy][turn % 2],
                [Way::Fuel, Way::Slices, Way::LazyFuel][turn % 3],
            ],
            false => vec![Way::ALL[turn % Way::ALL.len()]],
        };
        for way in &mut ways {
            if *way == Way::Slices && family.has_tail_calls() {
                *way = Way::Fuel;
            }
        }
        ways
    }
}

/// Compares, and writes what it comes to in lines: `at` and the number of the case that is next,
/// `difference` and its text, `done` and how many functions and calls there were.
///
/// # Errors
///
/// If a family makes an invalid module, or nothing reads the lines.
pub fn run_part(family: &dyn Family, work: Work) -> Result<(), Box<dyn Error>> {
    let theirs = Theirs::new()?;
    let mut out = io::stdout().lock();
    let size = if work.alone { 1 } else { family.module_size() };
    let mut cases = work.part.cases(family).skip(work.skip).take(work.take);
    let (mut at, mut functions, mut calls) = (work.skip, 0, 0);
    loop {
        let batch: Vec<_> = cases.by_ref().take(size).collect();
        if batch.is_empty() {
            break;
        }
        writeln!(out, "at {at}")?;
        out.flush()?;
        for way in work.ways(family, at) {
            let tally: Tally = compare(&theirs, &batch, way)?;
            calls += tally.calls;
            for difference in tally.differences {
                let text = difference.to_string().replace('\n', "\\n");
                writeln!(out, "difference {text}")?;
            }
        }
        functions += batch.len();
        at += batch.len();
    }
    writeln!(out, "done {functions} {calls}")?;
    Ok(())
}
