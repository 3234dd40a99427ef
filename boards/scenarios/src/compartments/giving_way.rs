//! A module that is loaded as a future gives way to other work.

use alloc::vec::Vec;
use core::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use vellum::{Engine, Module, PagePool, StaticBuffer};

use super::{
    InUse, engine,
    generated::{End, module},
};
use crate::{Platform, parallel::CheckFailure};

/// Functions and additions of the modules: many small functions, few large ones, and one.
const MODULES: [(u32, u32); 3] = [(300, 5), (20, 200), (1, 2000)];

/// Loads modules.
///
/// # Errors
///
/// If one does not load, or something is lost.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
) -> Result<(), CheckFailure> {
    for (functions, additions) in MODULES {
        let before = InUse::now(platform, pages);
        let Stretches { count, longest, sum } =
            load(platform, &engine(pages, buffer)?, module(functions, additions, End::Returns))?;
        before.check(platform, pages)?;
        let unit = platform.unit();
        platform.line(format_args!(
            "gives way: {functions} functions of {additions} additions in {count} stretches, the longest \
             of {longest} in {sum} {unit}"
        ));
    }
    Ok(())
}

/// How a load was divided.
#[derive(Default)]
struct Stretches {
    count: u32,
    longest: u64,
    sum: u64,
}

#[inline(never)]
fn load<P: Platform>(
    platform: &P,
    engine: &Engine,
    bytes: Vec<u8>,
) -> Result<Stretches, CheckFailure> {
    let mut loading = pin!(Module::new_async(engine, bytes));
    let mut stretches = Stretches::default();
    loop {
        let start = platform.clock();
        let polled = loading.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let stretch = platform.clock().zip(start).map_or(0, |(end, start)| end - start);
        stretches.longest = stretches.longest.max(stretch);
        stretches.sum += stretch;
        stretches.count += 1;
        if let Poll::Ready(loaded) = polled {
            CheckFailure::unless_equal("exports", loaded?.exports().count() as u64, 1_u32)?;
            return Ok(stretches);
        }
    }
}
