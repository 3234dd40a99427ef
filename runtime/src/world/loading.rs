//! Loading on an engine whose threads run in turns, in the world that they share.

use super::definitions::SharedWorld;
use crate::engine::Engine;
use crate::error::Error;

impl Engine {
    /// Does where the interpreter runs what takes long, and needs no store. Threads in a compartment run in
    /// turns, and this takes one.
    pub(crate) fn attempt<R>(&self, f: impl FnOnce() -> Result<R, Error>) -> Result<R, Error> {
        self.place().check()?;
        let attempt = || self.place().attempt(f);
        match self.config().proof().filter(|_| self.place().is_compartment()) {
            None => attempt(),
            Some(threads) => self.shared(|| SharedWorld::new(self, threads)).in_turn(attempt),
        }
    }
}
