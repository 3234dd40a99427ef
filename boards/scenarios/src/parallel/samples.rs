//! An interrupt handler posts samples to a mailbox while one guest computes and another one waits for
//! them: all that the mailbox took arrive, in order, and what it did not take it has refused.

use alloc::{boxed::Box, vec::Vec};
use core::sync::atomic::{
    AtomicBool, AtomicU32, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};

use vellum::{Engine, Mailbox, Module, PagePool, SharedMemory};

use super::{CheckFailure, MEMORY, config};
use crate::{Platform, Work, Worker};

/// Samples a second.
const RATE: u32 = 10_000;
/// Where the first sample lies, and how far it is to the next one.
const FIRST: usize = 64;
const STRIDE: usize = 4;
/// What lies after the last sample.
const END: u32 = u32::MAX;

static GUEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/samples.wasm"));

/// Room for 128 samples, each with its notification: for many slices.
static AMPLE: Source<256> = Source::new(10_000);
/// Room for one sample with its notification, which is too little for a slice as long as many samples.
static SCANT: Source<2> = Source::new(1_000);
const LONG_SLICE: u64 = 200_000;

/// What came of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// How many samples the handler had.
    pub sampled: u32,
    /// How many of these the mailbox refused because it was full.
    pub refused: u32,
    /// How many the guest received.
    pub received: u32,
    /// How many of these were not above the one before.
    pub unordered: u32,
    /// The sum of those that were accepted, and of those that were received.
    pub sums: [u32; 2],
    /// How often the handler was called in a second, rounded down.
    pub rate: u64,
}

/// Takes samples with a mailbox that is large enough, and with one that is too small.
///
/// # Errors
///
/// If an accepted sample was lost, came twice or in another order; if a mailbox that is too small has
/// refused none; and, where each run of a program is the same, if one that is large enough has.
pub fn run<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<(), CheckFailure> {
    let runs = [
        ("ample", observe(platform, pages, &AMPLE, || AMPLE.tick(), super::SLICE)?),
        ("scant", observe(platform, pages, &SCANT, || SCANT.tick(), LONG_SLICE)?),
    ];
    for (name, observed) in runs {
        let Some(Observed { sampled, refused, received, unordered, sums, rate }) = observed else {
            platform.line(format_args!("left out: samples: this board has no timer for them"));
            return Ok(());
        };
        platform.line(format_args!(
            "samples, {name} mailbox: {sampled} at {rate} Hz, {refused} refused, {received} \
             received, {unordered} out of order"
        ));
        CheckFailure::unless_equal("samples received and refused", received + refused, sampled)?;
        CheckFailure::unless_equal("samples out of order", unordered, 0_u32)?;
        let [accepted, sum] = sums;
        CheckFailure::unless_equal("sum of the samples received", sum, accepted)?;
        if name == "scant" {
            CheckFailure::unless_equal("refusals, at least one", refused.min(1), 1_u32)?;
        } else if platform.clock().is_some() {
            CheckFailure::unless_equal("samples refused", refused, 0_u32)?;
        }
    }
    Ok(())
}

/// Takes samples from one source, if there is a timer for it.
#[inline(never)]
fn observe<P: Platform, const N: usize>(
    platform: &P,
    pages: &'static PagePool,
    source: &'static Source<N>,
    handler: fn(),
    slice: u64,
) -> Result<Option<Observed>, CheckFailure> {
    let engine = Engine::new(config(pages, platform.threads()).slice(slice))?;
    let memory = SharedMemory::new(&engine, MEMORY)?;
    memory.attach(&source.mailbox)?;
    let module = Module::new(&engine, GUEST)?;
    let mut workers: Vec<Box<dyn Work>> = Vec::new();
    for function in ["take", "compute"] {
        workers.push(Worker::new(&memory, &module, function, &[])?);
    }
    source.restart();
    let time = || platform.threads().now().unwrap_or_default().0;
    let start = time();
    if !platform.start_interrupts(RATE, handler) {
        return Ok(None);
    }
    let result = platform.at_once(workers);
    let elapsed = time() - start;
    platform.stop_interrupts();
    memory.drain(&source.mailbox)?;
    result?;
    let [received, sum, unordered]: [u32; 3] = memory.read_value(0)?;
    let sampled = source.sampled.load(Relaxed);
    Ok(Some(Observed {
        sampled,
        refused: sampled - source.accepted.load(Relaxed),
        received,
        unordered,
        sums: [source.sum.load(Relaxed), sum],
        rate: (u64::from(sampled) * 1_000_000_000).checked_div(elapsed).unwrap_or_default(),
    }))
}

/// What the handler knows: only the handler writes it while interrupts come.
struct Source<const N: usize> {
    mailbox: Mailbox<N, STRIDE>,
    samples: u32,
    sampled: AtomicU32,
    accepted: AtomicU32,
    sum: AtomicU32,
    /// Where the last one lies that was posted, unless that is notified already.
    owed: AtomicUsize,
    is_over: AtomicBool,
}

impl<const N: usize> Source<N> {
    const fn new(samples: u32) -> Source<N> {
        Source {
            mailbox: Mailbox::new(),
            samples,
            sampled: AtomicU32::new(0),
            accepted: AtomicU32::new(0),
            sum: AtomicU32::new(0),
            owed: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        }
    }

    fn restart(&self) {
        for figure in [&self.sampled, &self.accepted, &self.sum] {
            figure.store(0, Relaxed);
        }
        self.owed.store(0, Relaxed);
        self.is_over.store(false, Release);
    }

    /// Posts the next sample, and in the end, as often as it takes, that there are no more. As long as
    /// a sample can't be notified, the next one is refused.
    fn tick(&self) {
        if self.is_over.load(Acquire) {
            return;
        }
        let sampled = self.sampled.load(Relaxed);
        if sampled == self.samples {
            let is_over = self.settled() && self.posted(END) && self.settled();
            self.is_over.store(is_over, Relaxed);
            return;
        }
        self.sampled.store(sampled + 1, Relaxed);
        if self.settled() && self.posted(sampled + 1) {
            self.accepted.store(self.accepted.load(Relaxed) + 1, Relaxed);
            let sum = self.sum.load(Relaxed).wrapping_add(sampled + 1);
            self.sum.store(sum, Relaxed);
            self.settled();
        }
    }

    /// Posts a number to the place of the next one.
    fn posted(&self, number: u32) -> bool {
        let at = FIRST + self.accepted.load(Relaxed) as usize * STRIDE;
        let is_posted = self.mailbox.post(at, &number.to_le_bytes()).is_ok();
        if is_posted {
            self.owed.store(at, Relaxed);
        }
        is_posted
    }

    /// Whether all that was posted is notified by now.
    fn settled(&self) -> bool {
        let owed = self.owed.load(Relaxed);
        let is_settled = owed == 0 || self.mailbox.notify(owed, 1).is_ok();
        if is_settled {
            self.owed.store(0, Relaxed);
        }
        is_settled
    }
}
