//! Loading on an engine whose guests run in turns.

use super::Engine;
use crate::error::Error;
use crate::world::SharedWorld;

impl Engine {
    /// Does what takes long where the interpreter runs. Threads that are in a compartment run in turns, and
    /// this is one of them.
    pub(crate) fn attempt<R>(&self, f: impl FnOnce() -> Result<R, Error>) -> Result<R, Error> {
        let attempt = || self.place().attempt(f);
        match self.config().proof().filter(|_| self.place().is_compartment()) {
            None => attempt(),
            Some(threads) => self.shared(|| SharedWorld::new(self, threads)).in_turn(attempt),
        }
    }
}
