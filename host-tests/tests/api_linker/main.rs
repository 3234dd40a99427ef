//! Linking, and limits.

mod definitions;
mod engine_limits;
mod limiter;
mod linking;
mod store_limits;

use vellum::{Error, Limit, PAGE_SIZE, PagePool};

static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

fn limit<T: std::fmt::Debug>(result: Result<T, Error>) -> (Limit, u64) {
    match result {
        Err(Error::LimitExceeded(exceeded)) => (exceeded.limit, exceeded.maximum),
        other => panic!("{other:?}"),
    }
}
