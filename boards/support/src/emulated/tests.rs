//! What only tests: guests as futures and with a shared memory, scripts of the official test suite, and
//! crashes.

use vellum_scenarios::{
    Console, embedding, parallel,
    runner::Failure,
    script::{self, Totals},
    small, stopping,
};
#[cfg(feature = "compartments")]
use vellum_scenarios::{bench, compartments};

use super::{host, promotion};
use crate::{board::Board, crash::Crash, region};

/// How often each of two guests counts, and how many turns it has where they count in turns.
const TIMES: u32 = 100_000;
/// How many guests are loaded and unloaded.
#[cfg(feature = "compartments")]
const RELOADS: u32 = 10_000;

/// Milliseconds after which the watchdog ends a crash that hangs.
const WATCHDOG: u32 = 100;

impl Board {
    /// Crashes on the last core, in this way.
    pub(super) fn crash(&self, how: &str) -> bool {
        let Some(crash) = Crash::named(how) else {
            return self.failed(format_args!("unknown crash: {how:?}"));
        };
        if crash.needs_watchdog() {
            match self.watchdog {
                Some(watchdog) => watchdog.start(WATCHDOG),
                None => return self.failed(format_args!("no watchdog: {}", self.name)),
            }
        }
        crash.on_last_core();
        self.failed(format_args!("did not crash: {how:?}"))
    }

    /// Measures what guests cost that give way, on a board that has such guests.
    #[inline(never)]
    pub(super) fn preempted(&self, path: &str) -> bool {
        #[cfg(feature = "compartments")]
        if let Some(buffer) = self.resources.compartment {
            return self.bench(path, |machine, pages, load| {
                bench::preempted::run(machine, pages, buffer, load)
            });
        }
        defmt::println!("{} left out: guests of this board have no heap of their own", path);
        true
    }

    /// Measures how soon guests are stopped.
    #[inline(never)]
    pub(super) fn stops(&self) -> bool {
        let measured = stopping::latency::run(&self.machine(), self.resources.pages);
        self.finish(measured.map_err(Failure::from))
    }

    /// Checks what must hold when guests are futures or share a memory, on as many cores as there are.
    #[inline(never)]
    pub(super) fn parallel(&self) -> bool {
        self.greet();
        let pages = self.resources.pages;
        if !self.small() {
            return false;
        }
        self.lend_a_page();
        let free = pages.largest_free();
        if free < parallel::NEEDS {
            defmt::println!("left out: needs {} bytes of pages, {} free", parallel::NEEDS, free);
            return true;
        }
        let machine = self.machine();
        let checked = embedding::run(&machine, pages)
            .and_then(|()| stopping::run(&machine, pages))
            .and_then(|()| parallel::run(&machine, pages, TIMES, TIMES));
        match checked {
            Ok(()) => self.finish(Ok(())),
            Err(failure) => self.failed(format_args!("{failure}")),
        }
    }

    /// Checks several small guests at once.
    #[inline(never)]
    fn small(&self) -> bool {
        let (machine, pages) = (self.machine(), self.resources.pages);
        let lent = self.resources.shares_region.then(|| region::lend(pages, small::NEEDS));
        if let Some(Err(free)) = lent {
            return self.failed(format_args!("out of pages: {free} bytes free"));
        }
        let checked = small::run(&machine, pages);
        region::reclaim(pages);
        match checked {
            Ok(()) => true,
            Err(failure) => self.failed(format_args!("{failure}")),
        }
    }

    /// Checks that guests with a heap of their own can run out of it, on a board that has such guests.
    #[inline(never)]
    pub(super) fn compartments(&self) -> bool {
        self.greet();
        #[cfg(feature = "compartments")]
        if let Some(buffer) = self.resources.compartment {
            let (machine, pages) = (self.machine(), self.resources.pages);
            let checked = if pages.largest_free() < compartments::NEEDS {
                compartments::guards::run(&machine, buffer)
            } else {
                compartments::run(&machine, pages, buffer, RELOADS)
            };
            return match checked {
                Ok(()) => self.finish(Ok(())),
                Err(failure) => self.failed(format_args!("{failure}")),
            };
        }
        defmt::println!("left out: guests of this board have no heap of their own");
        true
    }

    /// Carries out the scripts in the host's file `path`: those of the official test suite, or others.
    /// Fails as well once what is mended for chips alone is no longer wrong.
    #[inline(never)]
    pub(super) fn scripts(&self, path: &str) -> bool {
        if !promotion::keeps_signalling() {
            return self.failed(format_args!(
                "promoting a signalling NaN is right without mending: see mend/promote.rs"
            ));
        }
        self.lend_a_page();
        let machine = self.machine();
        let totals = match host::read(path, self.modules) {
            Ok(file) => script::suite(&machine, self.resources.pages, &file),
            Err(error) => return self.failed(format_args!("{error}")),
        };
        match totals {
            // Executing scripts needs deep frames itself: the budget is for guests.
            Ok(Totals { passed, accepted, wrong }) => {
                let name = self.name;
                machine.line(format_args!(
                    "scripts on {name}: {passed} assertions passed, {accepted} accepted"
                ));
                wrong == 0
            }
            Err(error) => self.failed(format_args!("{error}")),
        }
    }
}
