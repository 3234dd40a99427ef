//! The job file: what to run, one job a line.
//!
//! Fields are separated by TAB: display name, path of the module, fuel or `-`, slice or `-`, pages of
//! reserve or `-`, bytes of heap or `-`, bytes of value stack or `-`, nested calls or `-`, `lazy` or `eager`
//! or `unasked`, eager without asking for heap, `0`
//! for no report, `1` for one, `2` for a budget or `3` for the native stack, the program's strings or `-`, `=` and the function's name or `-`, then the arguments as
//! [`Argument::new`] reads them. `%` and two hexadecimal digits are a byte. A first line `#batch` says that
//! the jobs are announced and independent.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::{fmt, str::FromStr};

use super::{Argument, Call, Reporting, Settings};

/// The line that starts a batch.
const BATCH: &str = "#batch";

/// One job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job<'a> {
    /// The name under which it is announced.
    pub name: Cow<'a, str>,
    /// Where its module is.
    pub path: Cow<'a, str>,
    /// What to do with the module.
    pub call: Call<'a>,
}

/// A line of a job file that is not a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobError;

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("wrong job: NAME, PATH, FUEL, SLICE, REPORT, FUNCTION and arguments expected")
    }
}

impl core::error::Error for JobError {}

/// The lines of a job file, taken in one by one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Jobs {
    lines: usize,
    batch: bool,
}

impl Jobs {
    /// Takes in the next line and gives its job, if it has one.
    ///
    /// # Errors
    ///
    /// When the line is no job.
    pub fn next<'a>(&mut self, line: &'a str) -> Result<Option<Job<'a>>, JobError> {
        if self.lines == 0 && !self.batch && line == BATCH {
            self.batch = true;
            return Ok(None);
        }
        self.lines += 1;
        if line.is_empty() { Ok(None) } else { Job::parse(line).map(Some) }
    }

    /// Whether the file is a batch.
    pub fn is_batch(&self) -> bool {
        self.batch
    }

    /// In a batch, the number of the job that was taken in last, counted from 1. An empty line counts
    /// as a job that can't be run.
    pub fn number(&self) -> Option<usize> {
        self.batch.then_some(self.lines)
    }
}

impl<'a> Job<'a> {
    /// Reads a job from its line.
    ///
    /// # Errors
    ///
    /// When the line is no job.
    pub fn parse(line: &'a str) -> Result<Job<'a>, JobError> {
        let mut fields = line.split('\t').map(decode);
        let mut field = || fields.next().unwrap_or(Err(JobError));
        let (name, path) = (field()?, field()?);
        let (fuel, slice) = (number(&field()?)?, number(&field()?)?);
        let (reserve, heap) = (number(&field()?)?, number(&field()?)?);
        let (stack, calls) = (number(&field()?)?, number(&field()?)?);
        let (is_lazy, is_unasked) = match &*field()? {
            "eager" => (false, false),
            "lazy" => (true, false),
            "unasked" => (false, true),
            _ => return Err(JobError),
        };
        let settings = Settings { reserve, heap, stack, calls, is_lazy, is_unasked };
        let report = match &*field()? {
            "0" => Reporting::Nothing,
            "1" => Reporting::Costs,
            "2" => Reporting::Budget,
            "3" => Reporting::Stack,
            _ => return Err(JobError),
        };
        let strings = Some(field()?).filter(|strings| strings != "-");
        let function = field()?;
        let invoke = match function.strip_prefix('=') {
            Some(name) => Some(Cow::Owned(name.into())),
            None if function == "-" => None,
            None => return Err(JobError),
        };
        let arguments = fields.map(|field| field.map(Argument::new)).collect::<Result<_, _>>()?;
        let call = Call { fuel, slice, settings, strings, report, invoke, arguments };
        Ok(Job { name, path, call })
    }
}

/// Reads a number, or `-` for none.
fn number<N: FromStr>(field: &str) -> Result<Option<N>, JobError> {
    match field {
        "-" => Ok(None),
        number => number.parse().map(Some).map_err(|_| JobError),
    }
}

/// Replaces `%` and two hexadecimal digits by the byte they name.
fn decode(field: &str) -> Result<Cow<'_, str>, JobError> {
    if !field.contains('%') {
        return Ok(Cow::Borrowed(field));
    }
    let mut parts = field.split('%');
    let mut bytes: Vec<u8> = parts.next().unwrap_or_default().into();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).ok_or(JobError)?;
        bytes.push(u8::from_str_radix(code, 16).map_err(|_| JobError)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| JobError)
}

#[cfg(test)]
mod tests {
    use super::{Argument, Call, Job, JobError, Jobs, Reporting, Settings, decode};

    #[test]
    fn a_job_with_everything() {
        let job = Job::parse(
            "50%25%09\t1.wasm\t18446744073709551615\t7\t2\t3\t4\t5\tlazy\t1\ta-x\u{1f}eA=1\t=-\t-1;bf800000;bff0000000000000\tx",
        )
        .unwrap();
        assert_eq!(job.name, "50%\t");
        assert_eq!(job.path, "1.wasm");
        let call = Call {
            fuel: Some(u64::MAX),
            slice: Some(7),
            settings: Settings {
                reserve: Some(2),
                heap: Some(3),
                stack: Some(4),
                calls: Some(5),
                is_lazy: true,
                is_unasked: false,
            },
            strings: Some("a-x\u{1f}eA=1".into()),
            report: Reporting::Costs,
            invoke: Some("-".into()),
            arguments: [Argument::of("-1"), Argument::of("x")].into(),
        };
        assert_eq!(job.call, call);
    }

    #[test]
    fn a_job_with_nothing() {
        let job = Job::parse("a\tb\t-\t-\t-\t-\t-\t-\teager\t0\t-\t-").unwrap();
        assert_eq!(job.call, Call::default());
    }

    #[test]
    fn what_is_no_job() {
        for line in [
            "a",
            "a\tb\t-\t-\t-\t-\t-\t-\teager\t0",
            "a\tb\tx\t-\t-\t-\t-\t-\teager\t0\t-\t-",
            "a\tb\t-\tx\t-\t-\t-\t-\teager\t0\t-\t-",
            "a\tb\t-\t-\t-1\t-\t-\t-\teager\t0\t-\t-",
            "a\tb\t-\t-\t-\tx\t-\t-\teager\t0\t-\t-",
            "a\tb\t-\t-\t-\t-\t-\t\teager\t0\t-\t-",
            "a\tb\t-\t-\t-\t-\t-\t-\t-\t0\t-",
            "a\tb\t-\t-\t-\t-\t-\t-\teager\t4\t-",
            "a\tb\t-\t-\t-\t-\t-\t-\teager\t0\t-\tf",
            "%4\t",
        ] {
            assert_eq!(Job::parse(line), Err(JobError), "{line:?}");
        }
        assert_eq!(decode("%ff"), Err(JobError));
        assert_eq!(decode("%2é"), Err(JobError));
        assert_eq!(decode("%C3%a9"), Ok("é".into()));
    }

    #[test]
    fn only_a_first_line_starts_a_batch() {
        let mut jobs = Jobs::default();
        assert_eq!(jobs.next("#batch"), Ok(None));
        assert!(jobs.is_batch());
        assert_eq!(jobs.next("#batch"), Err(JobError));
        assert_eq!(jobs.next(""), Ok(None));
        assert!(jobs.next("a\tb\t-\t-\t-\t-\t-\t-\teager\t0\t-\t-").unwrap().is_some());
        assert_eq!(jobs.number(), Some(3));
        let mut jobs = Jobs::default();
        assert!(jobs.next("a\tb\t-\t-\t-\t-\t-\t-\teager\t0\t-\t-").unwrap().is_some());
        assert!(!jobs.is_batch());
        assert_eq!(jobs.number(), None);
    }
}
