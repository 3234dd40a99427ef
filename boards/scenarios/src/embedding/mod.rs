//! What an embedder asks of a module and a store beyond calling it: on an engine without threads, and on
//! one with them where there are any. Each prints one line with what it saw.

mod guest;
mod limiter;
mod module;
mod table;

use alloc::{boxed::Box, vec};

use vellum::{Config, Engine, Error, PAGE_SIZE, PagePool};

use crate::{Platform, Task, Work, parallel::CheckFailure};
use guest::Guest;
use limiter::Budget;

/// Bytes of pool: the memory's maximum.
pub const NEEDS: usize = 3 * PAGE_SIZE;

static MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sampler.wasm"));

/// Does all checks.
///
/// # Errors
///
/// The first check that failed.
pub fn run<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<(), CheckFailure> {
    for threads in [false, true] {
        if threads && !cfg!(feature = "threads") {
            continue;
        }
        let mut config = Config::new();
        config.page_pool(pages).threads(threads).platform(platform.threads());
        let engine = Engine::new(&config)?;
        module::check(&engine)?;
        platform.at_once(vec![Box::new(Embedder { engine })])?;
        let with = if threads { "with threads" } else { "without threads" };
        platform.line(format_args!(
            "embedding {with}: sampled by futures, limited, filled, copied, trapped"
        ));
    }
    Ok(())
}

/// A task that calls a guest.
struct Embedder {
    engine: Engine,
}

impl Work for Embedder {
    fn task(&mut self) -> Task<'_> {
        Box::pin(async { self.work().await.map_err(Error::host) })
    }
}

impl Embedder {
    async fn work(&self) -> Result<(), CheckFailure> {
        let mut guest = Guest::new(&self.engine).await?;
        guest.sample().await?;
        guest.grow()?;
        table::check(&mut guest)?;
        guest.trap()?;
        let Budget { asked, samples, .. } = guest.store.into_data();
        CheckFailure::unless_equal("samples", samples, 5_u32)?;
        CheckFailure::unless_equal("questions to the limiter", asked, 6_u32)
    }
}
