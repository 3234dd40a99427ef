//! What an engine is set to on a machine with an operating system.

extern crate std;

use super::Config;
use crate::engine::{Engine, limits::ModuleLimits, pages::Pages};
use core::num::NonZero;
use vellum_memory::Platform;

/// Calls that an engine has stacks for, however few cores there are.
const LEAST_CALLS: usize = 8;
/// Cores that are counted, lest the stacks of all calls be more than an engine may have.
const MOST_CORES: usize = 128;
/// Pages of 64 KiB that a memory may have: as many as 32-bit addresses reach, where there is address
/// space to reserve.
const PAGES: u64 = if cfg!(target_pointer_width = "64") { 65_536 } else { 1_024 };

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get).min(MOST_CORES)
}

/// The settings for a machine with an operating system.
pub(super) fn config() -> Config {
    Config {
        pages: Pages::System,
        memory_reserve: PAGES,
        memory_maximum: PAGES,
        value_stack: 512 * 1024,
        recursion: 4096,
        concurrent_calls: cores().max(LEAST_CALLS),
        module_limits: ModuleLimits::UNLIMITED,
        ..Config::new()
    }
}

/// What the embedder has set, and is not to be changed by another setting.
#[derive(Clone, Copy, Default)]
pub(super) struct Chosen {
    platform: bool,
    calls: bool,
}

impl Chosen {
    pub(super) fn platform(&mut self) {
        self.platform = true;
    }

    pub(super) fn calls(&mut self) {
        self.calls = true;
    }
}

impl Config {
    /// Sets what threads need of this machine, as far as the embedder has not.
    pub(super) fn take_computer(&mut self) {
        if !self.chosen.platform {
            self.platform = &Platform::STD;
        }
        if !self.chosen.calls {
            self.concurrent_calls = cores().saturating_add(self.max_threads);
        }
    }

    /// Has the operating system give the pages on which all memories of this engine's stores lie, in
    /// place of a [pool](Config::page_pool): address space is reserved for as many as a memory may
    /// grow to, and a page takes memory when it is first written to.
    pub fn system_pages(&mut self) -> &mut Self {
        self.pages = Pages::System;
        self
    }
}

/// An engine of [`Config::default`].
///
/// ```
/// use vellum::{Engine, Memory, MemoryType, Store};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let mut store = Store::new(&Engine::default(), ());
/// let memory = Memory::new(&mut store, MemoryType::new(1, None))?;
/// assert_eq!(memory.grow(&mut store, 15)?, 1);
/// assert_eq!(memory.data_size(&store)?, 1_048_576);
/// # Ok(())
/// # }
/// ```
impl Default for Engine {
    fn default() -> Self {
        Self::new(&Config::default()).expect("the default is a valid configuration")
    }
}
