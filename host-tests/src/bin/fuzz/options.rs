//! What is said on the command line.

use std::{path::PathBuf, time::Duration};
use vellum_host_tests::fuzz::{TARGETS, Target};

pub(crate) const USAGE: &str =
    "usage: fuzz [TARGET...] [--seconds N] [--seed N] [--failures FOLDER]
       fuzz TARGET --input FILE
       fuzz --corpus FOLDER
       fuzz --chip FOLDER [--seed N] [--modules N]
  --seconds N        how long each target runs (60)
  --seed N           what the inputs are made from (1)
  --failures FOLDER  where an input that fails is written (.)
  --input FILE       run this input alone
  --corpus FOLDER    write the modules that inputs are made of, for a fuzzer that starts from files
  --chip FOLDER      write modules for a chip, and a list of runs
  --modules N        how many (1000)";

/// What this process does.
pub(crate) enum Role {
    Run,
    Worker { target: &'static Target, number: u64 },
    Input { target: &'static Target, file: PathBuf },
    Corpus(PathBuf),
    Chip { folder: PathBuf, modules: u64 },
}

pub(crate) struct Options {
    pub(crate) targets: Vec<&'static Target>,
    pub(crate) seed: u64,
    pub(crate) time: Duration,
    pub(crate) failures: PathBuf,
    pub(crate) role: Role,
}

impl Options {
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut targets, mut seed, mut seconds, mut failures) = (vec![], 1, 60, ".".into());
        let (mut worker, mut input, mut corpus, mut chip) = (None, None, None, None);
        let mut modules = 1000;
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            let number = |value: String| {
                value.parse::<u64>().map_err(|_| format!("{word} {value}: not a number"))
            };
            match word.as_str() {
                "--seconds" => seconds = number(value()?)?,
                "--seed" => seed = number(value()?)?,
                "--modules" => modules = number(value()?)?,
                "--worker" => worker = Some(number(value()?)?),
                "--failures" => failures = PathBuf::from(value()?),
                "--input" => input = Some(PathBuf::from(value()?)),
                "--corpus" => corpus = Some(PathBuf::from(value()?)),
                "--chip" => chip = Some(PathBuf::from(value()?)),
                name => targets.push(Target::named(name).ok_or_else(|| {
                    let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
                    format!("no target such as {name}: {}", names.join(", "))
                })?),
            }
        }
        let one = || match targets[..] {
            [target] => Ok(target),
            _ => Err("one target is needed".to_owned()),
        };
        let role = match (worker, input, corpus, chip) {
            (None, None, None, None) => Role::Run,
            (Some(number), None, None, None) => Role::Worker { target: one()?, number },
            (None, Some(file), None, None) => Role::Input { target: one()?, file },
            (None, None, Some(folder), None) => Role::Corpus(folder),
            (None, None, None, Some(folder)) => Role::Chip { folder, modules },
            _ => return Err("one thing at a time".to_owned()),
        };
        if targets.is_empty() {
            targets.extend(&TARGETS);
        }
        Ok(Self { targets, seed, time: Duration::from_secs(seconds), failures, role })
    }
}
