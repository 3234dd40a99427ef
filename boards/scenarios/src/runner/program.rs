//! What a job's guest sees of the platform, and what the system interface needs of it.

use alloc::{sync::Arc, vec::Vec};
use core::mem;

use spin::Mutex;
use vellum::wasi::{Errno, Stream, Wasi};

use super::lossy::Lossy;
use crate::{Console, Platform};

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
    pub(super) fn new(platform: P) -> Self {
        let seed = platform.threads().now().unwrap_or_default().0;
        let state = Mutex::new(State { output: Vec::new(), error: Vec::new(), seed });
        Program { platform, state: Arc::new(state) }
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

fn print(console: &impl Console, line: &[u8]) {
    console.line(format_args!("{}", Lossy(line)));
}

impl<P: Platform> Wasi for Program<P> {
    fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), Errno> {
        let state = &mut *self.state.lock();
        let line = match stream {
            Stream::Output => &mut state.output,
            Stream::Error => &mut state.error,
        };
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            for piece in piece.chunks(LONGEST_LINE) {
                if line.len() + piece.len() > LONGEST_LINE {
                    print(&self.platform, &mem::take(line));
                }
                line.extend_from_slice(piece);
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
