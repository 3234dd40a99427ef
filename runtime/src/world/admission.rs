//! Checks of what a store may hold, before the interpreter allocates anything.

use super::{
    definitions::{MemoryEntry, World},
    session::Session,
};
use crate::compartment::place::outside;
use crate::engine::{
    config::Config,
    heap::table_fits,
    limits::{StoreLimits, check_count},
};
use crate::error::{Error, limit::Limit};
use vellum_prepare::MAX_HELPERS;
use wasmi_core::{LimiterError, MemoryError};

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
    /// Why a table of this maximum may not have so many elements, if it may not: nothing, if that is their
    /// number. It is asked where the guest runs, whose heap has to have room.
    pub(super) fn check_growth(
        limits: &StoreLimits,
        config: &Config,
        elements: usize,
        maximum: Option<usize>,
    ) -> Result<(), Option<Error>> {
        if !Self::is_small_table(maximum) && elements > limits.most_elements() {
            return Err(None);
        }
        table_fits(config, elements).map_err(Some)
    }

    /// Whether a table may grow; if it may not, remembers why.
    pub(super) fn allows(&mut self, growth: Result<(), Option<Error>>) -> bool {
        let is_allowed = growth.is_ok();
        outside(|| self.table_refusal = growth.err().flatten());
        is_allowed
    }

    /// Whether a table stays so small that it may be one of helpers, of which the embedder knows nothing.
    pub(super) fn is_small_table(maximum: Option<usize>) -> bool {
        maximum.is_some_and(|maximum| maximum <= MAX_HELPERS)
    }
}

impl World {
    /// Bytes that are reserved for the memory that is about to grow, or is being made. The interpreter tells
    /// its size and its maximum only; of memories that might be meant it is the one with least.
    fn capacity_of(&self, current: usize, maximum: Option<usize>) -> usize {
        let may_be =
            |entry: &&MemoryEntry| entry.capacity >= current && Some(entry.told_maximum) == maximum;
        let capacities = self.memories.iter().filter(may_be).map(|entry| entry.capacity);
        self.placing.or_else(|| capacities.min()).unwrap_or(current)
    }

    /// The session's limiter, if the embedder has set one.
    fn limiter(&mut self) -> Option<&mut dyn wasmi::ResourceLimiter> {
        self.session.hook.map(|hook| hook(&mut self.session))
    }
}

impl wasmi::ResourceLimiter for World {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        let capacity = self.capacity_of(current, maximum);
        if desired > capacity {
            self.session.count_refused_growth();
            return Ok(false);
        }
        match self.limiter() {
            // The pages are reserved.
            None => Ok(true),
            Some(limiter) => limiter.memory_growing(current, desired, Some(capacity)),
        }
    }

    fn memory_grow_failed(&mut self, error: &MemoryError) -> Result<(), LimiterError> {
        self.limiter().map_or(Ok(()), |limiter| limiter.memory_grow_failed(error))
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        if let Some(limiter) = self.limiter() {
            return limiter.table_growing(current, desired, maximum);
        }
        let (config, limits) = (self.engine.config(), &self.session.limits);
        let growth = Session::check_growth(limits, config, desired, maximum);
        Ok(self.session.allows(growth))
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
