//! One region of RAM for heap and pages: a pool without bytes of its own is lent some of the heap's.

use vellum::PagePool;

use crate::heap;

/// Lends the pool so many bytes, which count as neither used nor free until they are taken back.
///
/// # Errors
///
/// The most bytes that it could be lent, if these are more.
pub(crate) fn lend(pool: &'static PagePool, bytes: usize) -> Result<(), usize> {
    let lent = heap::take(bytes).ok_or_else(heap::largest)?;
    pool.lend(lent).map_err(|bytes| {
        heap::give_back(bytes);
        pool.largest_free()
    })
}

/// Takes back what the pool was lent, if nothing of it is leased.
pub(crate) fn reclaim(pool: &'static PagePool) {
    if let Some(bytes) = pool.reclaim() {
        heap::give_back(bytes);
    }
}
