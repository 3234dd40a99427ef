//! What a job has used.

use core::fmt;

use vellum::{Memory, PAGE_SIZE, PagePool, Store};

use super::program::Program;
use crate::{Heap, Platform};

/// What a job has used.
pub(super) struct Report {
    pool: &'static PagePool,
    reserved: u64,
    used: u64,
    heap: Option<Heap>,
    stack: Option<usize>,
    pub(super) load: Option<u64>,
    pub(super) call: Option<u64>,
}

impl Report {
    pub(super) fn new(pool: &'static PagePool) -> Report {
        Report { pool, reserved: 0, used: 0, heap: None, stack: None, load: None, call: None }
    }

    /// Counts what instantiation took as loading, too.
    pub(super) fn add_load(&mut self, instructions: Option<u64>) {
        self.load = self.load.zip(instructions).map(|(module, instance)| module + instance);
    }

    /// Measures what is there while the guest lives, with the memories that it shares.
    pub(super) fn measure<P: Platform>(
        &mut self,
        platform: &P,
        store: &Store<Program<P>>,
        shared: &[Memory],
    ) {
        self.reserved = store.reserved_bytes().unwrap_or_default();
        self.used = store.memory_bytes().unwrap_or_default();
        for memory in shared {
            self.reserved += memory.capacity(store).unwrap_or_default() as u64;
            self.used += memory.data_size(store).unwrap_or_default() as u64;
        }
        self.heap = platform.heap();
        self.stack = platform.stack();
    }

    pub(super) fn print(&self, platform: &impl Platform) {
        platform.line(format_args!(
            "report: pages: {} reserved, {} used, {} high-water",
            Extent(self.reserved),
            Extent(self.used),
            Extent(self.pool.high_water() as u64),
        ));
        if let Some(Heap { used, peak, allocations, .. }) = self.heap {
            platform.line(format_args!(
                "report: heap: {used} bytes in use, {peak} peak, {allocations} allocations"
            ));
        }
        if let Some(stack) = self.stack {
            platform.line(format_args!("report: native stack: {stack} bytes high-water"));
        }
        let unit = platform.unit();
        match self.load {
            Some(load) => {
                let call = self.call.unwrap_or(0);
                platform.line(format_args!("report: {unit}: {load} load, {call} call"));
            }
            None => platform.line(format_args!("report: {unit}: not counted here")),
        }
    }
}

pub(super) fn elapsed(start: Option<u64>, end: Option<u64>) -> Option<u64> {
    Some(end?.wrapping_sub(start?))
}

/// Bytes of pages, shown as whole pages where they are.
struct Extent(u64);

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Extent(bytes) = *self;
        match bytes % PAGE_SIZE as u64 {
            0 => write!(f, "{} ({bytes} bytes)", bytes / PAGE_SIZE as u64),
            _ => write!(f, "{}.{:02} ({bytes} bytes)", bytes / 65536, bytes % 65536 * 100 / 65536),
        }
    }
}
