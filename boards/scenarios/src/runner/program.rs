//! What a job's guest sees of the platform, and what the system interface needs of it.

use alloc::{sync::Arc, vec::Vec};
use core::{iter, mem};

use spin::Mutex;
use vellum::{
    Caller, Error, Memory,
    wasi::{Errno, Stream, Wasi},
};

use super::{lossy::Lossy, strings};
use crate::{Console, Platform};

/// A program's name, as it sees it.
const NAME: &str = "guest";
/// Bytes after which a line is broken.
const LONGEST_LINE: usize = 1024;
/// The step of the sequence of seeds, and the multipliers that turn a seed into a number: those of
/// SplitMix64.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
const MULTIPLIERS: [u64; 2] = [0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB];

/// The data of a job's store: each thread of the guest has a clone.
#[derive(Clone, Debug)]
pub(super) struct Program<P> {
    pub(super) platform: P,
    /// The memory that was made for the guest, which imports it.
    pub(super) memory: Option<Memory>,
    strings: Option<Arc<str>>,
    state: Arc<Mutex<State>>,
}

/// What the threads have in common.
#[derive(Debug)]
struct State {
    /// Lines of both streams that have no end yet.
    output: Vec<u8>,
    error: Vec<u8>,
    seed: u64,
}

impl<P: Platform> Program<P> {
    /// For a program with these [`strings`].
    pub(super) fn new(platform: P, strings: Option<&str>) -> Self {
        let seed = platform.threads().now().unwrap_or_default().0;
        let state = Mutex::new(State { output: Vec::new(), error: Vec::new(), seed });
        Program { platform, memory: None, strings: strings.map(Arc::from), state: Arc::new(state) }
    }

    /// The memory that the guest exports, or else the one that it imports.
    pub(super) fn memory(caller: &mut Caller<'_, Program<P>>) -> Result<Memory, Error> {
        let memory = caller.memory().or(caller.data().memory);
        memory.ok_or_else(|| Error::UnknownExport("memory".into()))
    }

    /// Prints what the guest has written without a line end.
    pub(super) fn flush(&self) {
        let state = &mut *self.state.lock();
        for line in [&mut state.output, &mut state.error] {
            if !line.is_empty() {
                print(&self.platform, &mem::take(line));
            }
        }
    }
}

/// Bytes of a line without the character at its end that has only begun.
fn whole(line: &[u8]) -> usize {
    let is_start = |byte: &u8| *byte & 0xC0 != 0x80;
    let start = line.iter().rposition(is_start).unwrap_or_default();
    match str::from_utf8(&line[start..]) {
        Err(error) if error.error_len().is_none() => start,
        _ => line.len(),
    }
}

fn print(console: &impl Console, line: &[u8]) {
    console.line(format_args!("{}", Lossy(line)));
}

impl<P: Platform> Wasi for Program<P> {
    fn args(&self) -> impl Iterator<Item = &str> {
        iter::once(NAME).chain(strings::arguments(self.strings.as_deref().unwrap_or_default()))
    }

    /// Threads of Rust's library would have a stack of a mebibyte.
    fn environ(&self) -> impl Iterator<Item = (&str, &str)> {
        let given = || strings::environment(self.strings.as_deref().unwrap_or_default());
        let is_given = |(name, _): &(&str, &str)| given().any(|(given, _)| given == *name);
        let own = Some(("RUST_MIN_STACK", "16384")).filter(|own| !is_given(own));
        own.into_iter().chain(given())
    }

    fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), Errno> {
        let state = &mut *self.state.lock();
        let line = match stream {
            Stream::Output => &mut state.output,
            Stream::Error => &mut state.error,
        };
        for mut rest in bytes.split_inclusive(|&byte| byte == b'\n') {
            while let [first, ..] = rest {
                if line.len() >= LONGEST_LINE && *first != b'\n' {
                    let begun = line.split_off(whole(line));
                    print(&self.platform, &mem::replace(line, begun));
                }
                let room = LONGEST_LINE.saturating_sub(line.len()).max(1);
                let (now, later) = rest.split_at(room.min(rest.len()));
                line.extend_from_slice(now);
                rest = later;
            }
            if line.ends_with(b"\n") {
                print(&self.platform, line);
                line.clear();
            }
        }
        Ok(())
    }

    /// As different between runs as the platform's clock; good for hashing, not for secrets.
    fn random(&mut self, bytes: &mut [u8]) -> Result<(), Errno> {
        let state = &mut *self.state.lock();
        for chunk in bytes.chunks_mut(size_of::<u64>()) {
            state.seed = state.seed.wrapping_add(STEP);
            let [first, second] = MULTIPLIERS;
            let mut number = state.seed;
            number = (number ^ number >> 30).wrapping_mul(first);
            number = (number ^ number >> 27).wrapping_mul(second);
            number ^= number >> 31;
            for (byte, random) in chunk.iter_mut().zip(number.to_le_bytes()) {
                *byte = random;
            }
        }
        Ok(())
    }
}
