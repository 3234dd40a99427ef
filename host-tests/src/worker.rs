//! A process that tries what may end it: this program again, with other arguments.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Such a process, which is ended when this value goes.
pub struct Worker {
    process: Child,
    lines: Receiver<String>,
}

/// Why a worker says nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// It is still busy.
    DoesNotEnd,
    /// Its process has ended.
    Ended,
}

impl Worker {
    /// Starts this program with these arguments.
    ///
    /// # Errors
    ///
    /// Why it can't be started.
    pub fn begin(arguments: &[&str]) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command.args(arguments).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(|error| error.to_string())?;
        let output = process.stdout.take().ok_or("the worker has no output")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { process, lines })
    }

    /// The next line that it prints.
    ///
    /// # Errors
    ///
    /// Why there is none within that time.
    pub fn line(&self, patience: Duration) -> Result<String, Silence> {
        self.lines.recv_timeout(patience).map_err(|error| match error {
            RecvTimeoutError::Timeout => Silence::DoesNotEnd,
            RecvTimeoutError::Disconnected => Silence::Ended,
        })
    }
}

impl Silence {
    /// What the worker does, as the end of a sentence about it.
    pub fn what(self) -> &'static str {
        match self {
            Self::DoesNotEnd => "does not end",
            Self::Ended => "ended the process",
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Both fail only when the process has ended and was waited for, which is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
