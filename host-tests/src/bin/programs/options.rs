//! What is said on the command line.

use std::time::Duration;

pub(crate) const USAGE: &str = "usage: programs [--seed N] [--calls N | --seconds N] \
    [--differences N] [--show]
  --seed N         the first seed (1)
  --calls N        end after so many calls (100,000)
  --seconds N      end after so long
  --differences N  end after so many differences (1)
  --show           print the program of the seed, and run nothing";

/// Which of the two processes this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Parent,
    Worker,
}

#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) seed: u64,
    pub(crate) calls: u64,
    pub(crate) time: Option<Duration>,
    pub(crate) differences: u64,
    pub(crate) show: bool,
    pub(crate) role: Role,
}

impl Options {
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut calls, mut time) = (None, None);
        let mut options =
            Self { seed: 1, calls: 0, time: None, differences: 1, show: false, role: Role::Parent };
        while let Some(word) = words.next() {
            let mut number = || {
                let value = words.next().ok_or_else(|| format!("{word} needs a number"))?;
                value.parse::<u64>().map_err(|_| format!("{word} {value}: not a number"))
            };
            match word.as_str() {
                "--seed" => options.seed = number()?,
                "--calls" => calls = Some(number()?),
                "--seconds" => time = Some(Duration::from_secs(number()?)),
                "--differences" => options.differences = number()?,
                "--show" => options.show = true,
                "--worker" => options.role = Role::Worker,
                other => return Err(format!("no option such as {other}")),
            }
        }
        if calls.is_some() && time.is_some() {
            return Err("--calls and --seconds exclude each other".to_owned());
        }
        options.calls = calls.unwrap_or(if time.is_some() { u64::MAX } else { 100_000 });
        options.time = time;
        Ok(options)
    }
}
