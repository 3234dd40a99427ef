//! This machine as scenarios and jobs see it: output by `defmt`, figures from heap, stack, clock.

use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use vellum::{Error, PagePool};
use vellum_scenarios::{Console, Heap, Platform, Work, runner::Step};

use crate::{clock::Clock, cores, doing, heap, region, stack, time};

/// This machine, measured with a clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine {
    clock: Clock,
}

impl Machine {
    pub(crate) fn new(clock: Clock) -> Machine {
        Machine { clock }
    }
}

impl Console for Machine {
    fn line(&self, text: fmt::Arguments<'_>) {
        defmt::println!("{}", defmt::Display2Format(&text));
    }

    fn single(&self, label: &str, value: f32) {
        defmt::println!("{=str}{=f32}", label, value);
    }

    fn double(&self, label: &str, value: f64) {
        defmt::println!("{=str}{=f64}", label, value);
    }

    fn threads(&self) -> &'static vellum::Platform {
        &time::MACHINE
    }

    fn cores(&self) -> usize {
        cores::COUNT
    }

    fn at_once(&self, works: Vec<Box<dyn Work>>) -> Result<(), Error> {
        cores::at_once(works)
    }

    fn error(&self, text: fmt::Arguments<'_>) {
        defmt::error!("{}", defmt::Display2Format(&text));
    }
}

impl Platform for Machine {
    fn restart(&self) {
        heap::restart_figures();
        stack::restart();
    }

    fn repaint(&self) {
        stack::repaint();
    }

    fn step(&self, step: Step) {
        doing::step(step);
    }

    fn clock(&self) -> Option<u64> {
        self.clock.now()
    }

    fn unit(&self) -> &'static str {
        self.clock.unit()
    }

    fn heap(&self) -> Option<Heap> {
        let heap::HeapFigures { used, peak, peak_if_moved, allocations, largest, .. } =
            heap::figures();
        Some(Heap { used, peak, peak_if_moved, allocations, largest })
    }

    fn stack(&self) -> Option<usize> {
        Some(stack::high_water())
    }

    fn stack_limit(&self) -> Option<usize> {
        Some(stack::BUDGET)
    }

    fn limit_heap(&self, bytes: Option<usize>) {
        heap::limit(bytes);
    }

    fn lend(&self, pool: &'static PagePool, bytes: usize) -> Result<(), usize> {
        region::lend(pool, bytes)
    }

    fn reclaim(&self, pool: &'static PagePool) {
        region::reclaim(pool);
    }

    #[cfg(feature = "inspect")]
    const LOOKS: bool = true;

    #[cfg(feature = "inspect")]
    fn looks_at(&self, number: usize) -> Option<alloc::string::String> {
        crate::memories::name(number)
    }

    #[cfg(feature = "inspect")]
    fn look(&self, moment: vellum_scenarios::runner::Moment, number: usize, bytes: &mut [u8]) {
        crate::memories::look(moment, number, bytes);
    }

    #[cfg(all(feature = "tests", feature = "compartments"))]
    fn fail_allocations(&self, on: &'static vellum::StaticBuffer, count: Option<usize>) -> usize {
        crate::failing::fail(on, count)
    }

    #[cfg(feature = "tests")]
    fn start_interrupts(&self, rate: u32, handler: fn()) -> bool {
        let Some(source) = self.clock.interrupts() else { return false };
        source.start(rate, handler);
        true
    }

    #[cfg(feature = "tests")]
    fn stop_interrupts(&self) {
        if let Some(source) = self.clock.interrupts() {
            source.stop();
        }
    }
}
