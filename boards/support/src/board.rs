//! A board, and what its firmware does.

use alloc::vec::Vec;
use core::fmt;

use vellum::PAGE_SIZE;
use vellum_scenarios::{
    Console, examples,
    runner::{self, Argument, Call, Failure, Reporting, Resources},
};

use crate::{
    chip::{Chip, Core},
    clock::Clock,
    doing, end, exit, heap,
    machine::Machine,
    region, stack, time,
    watchdog::Watchdog,
};

/// What tells one board from another.
#[derive(Debug)]
pub struct Board {
    /// The board's name.
    pub name: &'static str,
    /// Reads the chip's identification.
    pub chip: fn() -> Chip,
    /// What counts instructions or cycles.
    pub clock: Clock,
    /// The watchdog, if the chip has one that this firmware knows.
    pub watchdog: Option<Watchdog>,
    /// What a guest may use.
    pub resources: Resources,
    /// Where modules lie that the emulator has not put into flash.
    #[cfg(not(feature = "hardware"))]
    pub modules: Option<&'static vellum::StaticBuffer>,
    /// The guest in flash, in an image for hardware.
    pub guest: Option<Guest>,
}

/// A guest in flash.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    /// The module.
    pub module: &'static [u8],
    /// The function to call; without, `_start` if there is one.
    pub invoke: Option<&'static str>,
    /// That function's arguments, as [`Argument::new`] reads them.
    pub arguments: &'static [&'static str],
}

impl Board {
    /// Sets up the chip, says how the last boot failed, if it did, does what the command line says, and
    /// ends with its status. An image for hardware runs the guest in flash, or without one the
    /// examples.
    pub fn run(self) -> ! {
        crate::start(self.clock);
        end::last_boot();
        let done = match self.guest {
            Some(guest) => self.guest(&guest),
            None => self.task(),
        };
        tell_use();
        exit::exit(if done { exit::OK } else { exit::FAILED })
    }

    pub(crate) fn machine(&self) -> Machine {
        Machine::new(self.clock)
    }

    /// What a guest may use: all of the heap that is free, as the heap tells, and the clock.
    pub(crate) fn resources(&self) -> Resources {
        Resources {
            heap_free: Some(heap::largest),
            machine: &time::MACHINE,
            #[cfg(feature = "signed")]
            signed_by: signed_by(),
            ..self.resources
        }
    }

    #[cfg(feature = "hardware")]
    fn task(&self) -> bool {
        self.demo(None)
    }

    #[inline(never)]
    fn guest(&self, guest: &Guest) -> bool {
        self.greet();
        let call = Call {
            invoke: guest.invoke.map(Into::into),
            arguments: guest
                .arguments
                .iter()
                .map(|&argument| Argument::new(argument.into()))
                .collect(),
            report: Reporting::Costs,
            ..Call::default()
        };
        let doing = doing::CurrentJob { module: "guest", call: &call, number: 0 };
        self.finish(doing::during(&doing, || {
            runner::run(&self.machine(), &self.resources(), guest.module.into(), &call)
        }))
    }

    /// Shows all examples, or the one that is named.
    #[inline(never)]
    pub(crate) fn demo(&self, only: Option<&str>) -> bool {
        self.greet();
        self.lend_a_page();
        let machine = self.machine();
        let chosen: Vec<_> = examples::all::<Machine>()
            .into_iter()
            .filter(|example| only.is_none_or(|name| name == example.name))
            .collect();
        if chosen.is_empty() {
            return self.failed(format_args!("unknown scenario: {:?}", only.unwrap_or_default()));
        }
        for example in &chosen {
            if let Err(error) = example.run(&machine, self.resources.pages) {
                return self.failed(format_args!("{error}"));
            }
        }
        let figures = heap::figures();
        defmt::info!(
            "heap: {} bytes peak, {} in use; native stack: {} of {} bytes; pages: {} KiB high-water",
            figures.peak,
            figures.used,
            stack::high_water(),
            stack::size(),
            self.resources.pages.high_water() / 1024
        );
        self.finish(Ok(()))
    }

    /// Lends a pool without bytes of its own one page, where it is not lent what a job needs.
    pub(crate) fn lend_a_page(&self) {
        if self.resources.shares_region
            && let Err(free) = region::lend(self.resources.pages, PAGE_SIZE)
        {
            defmt::warn!("no page: {=usize} bytes free", free);
        }
    }

    /// Names the board and the core as the chip does.
    #[inline(never)]
    pub(crate) fn greet(&self) {
        let (chip, core) = ((self.chip)(), Core::read());
        defmt::info!(
            "{=str}: {}, {}",
            self.name,
            defmt::Display2Format(&chip),
            defmt::Display2Format(&core)
        );
    }

    /// Reports a job's failure, or a native stack deeper than any board may need.
    pub(crate) fn finish(&self, result: Result<(), Failure>) -> bool {
        let depth = stack::deepest();
        match result {
            Err(failure) => self.failed(format_args!("{failure}")),
            Ok(()) if depth > stack::BUDGET => self.failed(format_args!(
                "native stack: {depth} bytes in use, at most {} allowed",
                stack::BUDGET
            )),
            Ok(()) => true,
        }
    }

    pub(crate) fn failed(&self, text: fmt::Arguments<'_>) -> bool {
        self.machine().error(text);
        false
    }
}

/// What the whole run has used at most. The host tool keeps a record of it.
fn tell_use() {
    defmt::println!(
        "used: heap {=usize}, stack {=usize} of {=usize}",
        heap::highest(),
        stack::highest(),
        stack::size()
    );
}

/// The key in the image.
#[cfg(feature = "signed")]
fn signed_by() -> Option<vellum::PublicKey> {
    let key = vellum::PublicKey::from_bytes(include_bytes!(env!("VELLUM_KEY")));
    Some(key.expect("the image has a public key"))
}
