//! Checks of what a store may hold, before the interpreter allocates anything.

use super::{definitions::World, session::Session};
use crate::engine::{config::Config, heap::table_fits, limits::check_count};
use crate::error::{Error, limit::Limit};
use vellum_prepare::MAX_HELPERS;
use wasmi_core::LimiterError;

impl World {
    /// Refuses a table of `elements` that the store or the heap has no room for.
    pub(crate) fn check_table(&self, elements: u64) -> Result<(), Error> {
        let maximum = self.session.limits.most_elements();
        if elements > maximum as u64 {
            return Err(Error::limit(Limit::TableElements, maximum as u64, elements));
        }
        table_fits(self.engine.config(), usize::try_from(elements).unwrap_or(usize::MAX))
    }

    /// Refuses `additional` memories that the store may not hold.
    pub(crate) fn check_memories(&self, additional: usize) -> Result<(), Error> {
        let Session { id, limits, .. } = &*self.session;
        check_count(Limit::Memories, limits.memories, self.memories_of(*id).count(), additional)
    }

    /// Refuses `additional` tables that the store may not hold.
    pub(crate) fn check_tables(&self, additional: usize) -> Result<(), Error> {
        let Session { limits, tables, .. } = &*self.session;
        check_count(Limit::Tables, limits.tables, *tables, additional)
    }
}

impl Session {
    /// Whether a table of this maximum may have so many elements.
    pub(super) fn allows_table(
        &self,
        config: &Config,
        elements: usize,
        maximum: Option<usize>,
    ) -> bool {
        (Self::is_small_table(maximum) || elements <= self.limits.most_elements())
            && table_fits(config, elements).is_ok()
    }

    /// Whether a table stays so small that it may be one of helpers, of which the embedder knows nothing.
    pub(super) fn is_small_table(maximum: Option<usize>) -> bool {
        maximum.is_some_and(|maximum| maximum <= MAX_HELPERS)
    }
}

impl wasmi::ResourceLimiter for World {
    fn memory_growing(
        &mut self,
        _current: usize,
        _desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        // The pages are reserved: the memory's maximum is the limit.
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        Ok(self.session.allows_table(self.engine.config(), desired, maximum))
    }

    // The interpreter counts for all sessions together, and what a module imports as if the module
    // added it: we count ourselves.
    fn instances(&self) -> usize {
        usize::MAX
    }

    fn tables(&self) -> usize {
        usize::MAX
    }

    fn memories(&self) -> usize {
        usize::MAX
    }
}
