//! Where memories take their pages from.

use crate::error::{Error, config::ConfigError};
use vellum_memory::{Lease, PagePool};

/// Where memories take their pages from.
#[derive(Clone, Copy)]
pub(crate) enum Pages {
    /// From nowhere: no memory may have one.
    Nowhere,
    Pool(&'static PagePool),
    #[cfg(feature = "std")]
    System,
}

impl Pages {
    /// Refuses what not even all pages together are enough for. A pool without any is lent some later.
    pub(crate) fn check(self, bytes: u64) -> Result<(), Error> {
        let Self::Pool(pool) = self else { return Ok(()) };
        match pool.capacity() as u64 {
            capacity if capacity > 0 && bytes > capacity => Err(pool.refusal(bytes).into()),
            _ => Ok(()),
        }
    }

    /// Leases so many bytes, with what a former owner left there.
    pub(crate) fn lease(self, bytes: u64) -> Result<Lease, Error> {
        let length = usize::try_from(bytes).ok();
        let lease = match self {
            Self::Nowhere => return Err(Error::Config(ConfigError::PagePool)),
            Self::Pool(pool) => {
                length.ok_or_else(|| pool.refusal(bytes)).and_then(|len| pool.lease_unscrubbed(len))
            }
            #[cfg(feature = "std")]
            Self::System => {
                let refusal = vellum_memory::OutOfPages { needed: bytes, free: 0, largest: 0 };
                length.ok_or(refusal).and_then(Lease::from_system)
            }
        };
        Ok(lease?)
    }
}
