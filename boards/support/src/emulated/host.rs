//! What the emulator's host offers by semihosting: a command line and files.

use alloc::{ffi::CString, string::String, vec::Vec};
use core::fmt;

use semihosting::{experimental::env, fs::File, io::Read};
use vellum::{BufferInUse, BufferLease, StaticBuffer};

use super::Task;

/// Bytes of the longest command line.
const COMMAND_LINE: usize = 256;
/// Bytes read from a file at one time, where it is read by lines.
const CHUNK: usize = 256;

/// A file that can't be read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadError {
    /// There is no such file, or the host doesn't let it be read.
    Unreadable,
    /// What was read before is still in the buffer.
    InUse(BufferInUse),
    /// The file is larger than the board's buffer.
    TooLong { maximum: usize, found: usize },
    /// The file is not text.
    NoText,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Unreadable => f.write_str("cannot read the file"),
            ReadError::InUse(error) => error.fmt(f),
            ReadError::TooLong { maximum, found } => {
                write!(f, "limit exceeded: module buffer (at most {maximum}, found {found})")
            }
            ReadError::NoText => f.write_str("the job file is no text"),
        }
    }
}

/// Written by hand: what is derived would be in every image, as an error can ask for it.
impl fmt::Debug for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for ReadError {}

/// What the command line asks for: the first word is the program's name.
#[inline(never)]
pub(super) fn task() -> Task {
    let Ok(arguments) = env::args::<COMMAND_LINE>() else { return Task::Demo };
    let mut words = (&arguments).into_iter().skip(1).filter_map(Result::ok);
    let task = words.next().unwrap_or("demo");
    let mut operand = || words.next().map(String::from).unwrap_or_default();
    match task {
        "demo" => Task::Demo,
        "scenario" => Task::Scenario(operand()),
        "jobs" => Task::Jobs(operand(), operand().parse().ok()),
        "bench" => Task::Bench(operand()),
        #[cfg(feature = "tests")]
        "threads" => Task::Threads(operand()),
        #[cfg(feature = "tests")]
        "preempted" => Task::Preempted(operand()),
        #[cfg(feature = "tests")]
        "stops" => Task::Stops,
        #[cfg(feature = "tests")]
        "parallel" => Task::Parallel,
        #[cfg(feature = "tests")]
        "compartments" => Task::Compartments,
        #[cfg(feature = "tests")]
        "crash" => Task::Crash(operand()),
        #[cfg(feature = "tests")]
        "scripts" => Task::Scripts(operand()),
        other => Task::Unknown(other.into()),
    }
}

fn open(path: &str) -> Result<File, ReadError> {
    let path = CString::new(path).map_err(|_| ReadError::Unreadable)?;
    File::open(&path).map_err(|_| ReadError::Unreadable)
}

/// Reads all of a file into `buffer`, which is lent until the bytes are dropped.
pub(super) fn read(
    path: &str,
    buffer: Option<&'static StaticBuffer>,
) -> Result<BufferLease, ReadError> {
    let mut file = open(path)?;
    let found = file.metadata().map_err(|_| ReadError::Unreadable)?.len();
    let found = usize::try_from(found).unwrap_or(usize::MAX);
    let Some(buffer) = buffer else { return Err(ReadError::TooLong { maximum: 0, found }) };
    let mut bytes = buffer.take().map_err(ReadError::InUse)?;
    let maximum = bytes.len();
    if found > maximum {
        return Err(ReadError::TooLong { maximum, found });
    }
    bytes.truncate(found);
    file.read_exact(&mut bytes).map_err(|_| ReadError::Unreadable)?;
    Ok(bytes)
}

/// A text file, line by line.
pub(super) struct Lines {
    file: File,
    /// What has been read of the file from the present line on.
    ahead: Vec<u8>,
    /// Length of the present line, which is dropped when the next one is asked for.
    line: usize,
}

impl Lines {
    pub(super) fn open(path: &str) -> Result<Lines, ReadError> {
        Ok(Lines { file: open(path)?, ahead: Vec::new(), line: 0 })
    }

    /// The next line without its end, or `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<&str>, ReadError> {
        self.ahead.drain(..self.line.min(self.ahead.len()));
        let mut searched = 0;
        loop {
            let found = self.ahead.iter().skip(searched).position(|&byte| byte == b'\n');
            if let Some(position) = found {
                self.line = searched + position + 1;
                return self.text(searched + position).map(Some);
            }
            searched = self.ahead.len();
            let mut chunk = [0; CHUNK];
            match self.file.read(&mut chunk).map_err(|_| ReadError::Unreadable)? {
                0 if searched == 0 => return Ok(None),
                0 => {
                    self.line = searched;
                    return self.text(searched).map(Some);
                }
                length => self.ahead.extend_from_slice(chunk.get(..length).unwrap_or_default()),
            }
        }
    }

    fn text(&self, length: usize) -> Result<&str, ReadError> {
        let bytes = self.ahead.get(..length).unwrap_or_default();
        core::str::from_utf8(bytes).map_err(|_| ReadError::NoText)
    }
}
