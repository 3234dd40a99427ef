//! A native stack that is too small for a guest is an error.

use vellum::{Config, Engine, Error, ModuleBytes, PagePool, RunError, StaticBuffer};

use super::{
    InUse, config,
    generated::{End, module},
    lives,
};
use crate::{Platform, parallel::CheckFailure};

/// The stacks that are tried: of the first size, and each larger by this step than the one before.
const FIRST: usize = if cfg!(target_os = "none") { 9 * 1024 + 256 } else { 56 * 1024 };
const STEP: usize = if cfg!(target_os = "none") { 256 } else { 4 * 1024 };
const COUNT: usize = 40;

/// Lets guests live on stacks of many sizes.
///
/// # Errors
///
/// If one ends in another way than by an overflow, if a larger stack does not do where a smaller one does,
/// or if something is lost.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
) -> Result<(), CheckFailure> {
    for (name, bytes) in [("life", None), ("one large function", Some((1, 1500)))] {
        let before = InUse::now(platform, pages);
        let (mut overflows, mut smallest, mut deepest) = (0_u32, 0, 0);
        for size in (FIRST..).step_by(STEP).take(COUNT) {
            let bytes = bytes.map(|(functions, additions)| {
                ModuleBytes::from(module(functions, additions, End::Returns))
            });
            match high_water(&mut config(pages), buffer, size, bytes) {
                Ok(used) if smallest == 0 => (smallest, deepest) = (size, used),
                Ok(_) => {}
                Err(Error::Compartment(RunError::StackOverflow)) => {
                    overflows += 1;
                    CheckFailure::unless_equal(
                        "overflows after a success",
                        smallest as u64,
                        0_u32,
                    )?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        before.check(platform, pages)?;
        platform.line(format_args!(
            "stacks: {name}: {overflows} overflows, each an error; {smallest} bytes do, of which \
             {deepest} are used"
        ));
        CheckFailure::unless_equal("guests that did", u32::from(smallest > 0), 1_u32)?;
    }
    Ok(())
}

/// Most bytes of its native stack that a guest has used.
#[inline(never)]
fn high_water(
    config: &mut Config,
    buffer: &'static StaticBuffer,
    size: usize,
    bytes: Option<ModuleBytes>,
) -> Result<usize, Error> {
    let engine = Engine::new(config.compartment(buffer, size))?;
    lives::once(&engine, bytes)?;
    Ok(engine.compartment_stats().map_or(0, |stats| stats.stack_high_water))
}
