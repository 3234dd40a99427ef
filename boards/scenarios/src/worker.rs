//! A guest as work.

use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use vellum::{Error, Func, Linker, Module, SharedMemory, Store, Val};

use crate::{Task, Work};

/// A guest in its own store, and what to call.
pub struct Worker {
    store: Store<()>,
    function: Func,
    arguments: Vec<Val>,
}

impl Worker {
    /// Instantiates a module that may import a shared memory, in an engine that need not be the
    /// memory's. The worker lies on the heap, out of the way of small native stacks.
    ///
    /// # Errors
    ///
    /// Any error of the runtime.
    #[inline(never)]
    pub fn new(
        memory: &SharedMemory,
        module: &Module,
        function: &str,
        arguments: &[u32],
    ) -> Result<Box<Worker>, Error> {
        let mut store = Store::new(module.engine(), ());
        let mut linker = Linker::new(module.engine());
        linker.define("env", "memory", memory.as_memory(&mut store)?)?;
        let instance = linker.instantiate(&mut store, module)?;
        let function = instance.get_func(&store, function)?;
        let arguments = arguments.iter().copied().map(Val::from).collect();
        Ok(Box::new(Worker { store, function, arguments }))
    }
}

impl Work for Worker {
    fn run(&mut self) -> Result<(), Error> {
        self.function.call(&mut self.store, &self.arguments, &mut [])
    }

    fn task(&mut self) -> Task<'_> {
        Box::pin(self.function.call_async(&mut self.store, &self.arguments, &mut []))
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("arguments", &self.arguments).finish_non_exhaustive()
    }
}
