//! Work that both cores do at once.

use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::cell::Cell;

use critical_section::Mutex;
use vellum::Error;
use vellum_scenarios::Work;

use super::{
    job::{self, Job},
    second, two,
};

/// Does every other one of these on each core, and those of one core one after the other: two of
/// them are done at once. Core 0 waits until all are done.
pub(crate) fn at_once(works: Vec<Box<dyn Work>>) -> Result<(), Error> {
    let (even, odd): (Vec<_>, Vec<_>) =
        works.into_iter().enumerate().partition(|(index, _)| index % 2 == 0);
    let result = Arc::new(Mutex::new(Cell::new(Ok(()))));
    let told = result.clone();
    let first = beside(
        Box::new(move || {
            let result = in_turn(odd);
            critical_section::with(|cs| told.borrow(cs).set(result));
        }),
        || in_turn(even),
    );
    first.and(critical_section::with(|cs| result.borrow(cs).replace(Ok(()))))
}

/// Runs something on core 1.
#[cfg(feature = "tests")]
pub(crate) fn on_last(job: impl FnOnce() + Send + 'static) {
    beside(Box::new(job), || ());
}

fn in_turn(works: Vec<(usize, Box<dyn Work>)>) -> Result<(), Error> {
    for (index, mut work) in works {
        defmt::info!("worker {=usize} runs on core {=u32}", index, two::identity());
        work.run()?;
    }
    Ok(())
}

/// Does `own` on core 0 while core 1, which has begun, does `job`.
fn beside<R>(job: Job, own: impl FnOnce() -> R) -> R {
    second::start();
    job::post(job);
    let result = own();
    job::wait();
    result
}
