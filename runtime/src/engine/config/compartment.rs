//! The compartment of an engine.

use super::Config;
use crate::compartment::place::Place;
use crate::error::Error;
#[cfg(feature = "compartments")]
use crate::error::config::ConfigError;
#[cfg(feature = "compartments")]
use vellum_memory::StaticBuffer;

/// The bytes of a compartment.
#[cfg(feature = "compartments")]
#[derive(Clone, Copy)]
pub(super) struct CompartmentBytes {
    buffer: &'static StaticBuffer,
    stack: usize,
}

impl Config {
    /// Gives the engine a compartment: its modules are loaded on a native stack of `stack` bytes, the last
    /// of `buffer`, with the rest of the buffer as their heap.
    ///
    /// A module that uses up either ends with [`Error::OutOfHeap`] or [`Error::Compartment`], and the
    /// engine with it: all that is done with it later is refused. The program goes on. When the engine
    /// and all that was made of it are dropped, the next one may have the buffer.
    ///
    /// The program declares [`Heap`](crate::Heap) as its global allocator, around its own. An engine
    /// with a compartment doesn't ask [`Config::heap_free`]. Interrupt handlers stay on the main
    /// stack, where there is no operating system.
    ///
    /// Of an engine [with threads](Config::threads) all stores are in the compartment: when one thread uses
    /// it up, all of them end, as those of a process do, and whoever waits in a memory of theirs. They run
    /// there in turns, and modules are loaded in turns with them.
    ///
    /// No compartment by default. It costs the buffer, of which 1,300 bytes are for its management.
    ///
    /// ```
    /// use std::alloc::System;
    /// use vellum::{Config, Engine, Error, Heap, Module, StaticBuffer};
    ///
    /// #[global_allocator]
    /// static HEAP: Heap<System> = Heap::new(System);
    ///
    /// static SMALL: StaticBuffer<[u8; 288 * 1024]> = StaticBuffer::new();
    ///
    /// # fn main() -> Result<(), Error> {
    /// let engine = Engine::new(Config::new().compartment(&SMALL, 256 * 1024))?;
    /// let function = "(func (result i32) (i32.const 1))".repeat(1000);
    /// let large = wat::parse_str(format!("(module {function})")).expect("the text is valid");
    /// assert!(matches!(Module::new(&engine, large), Err(Error::OutOfHeap { .. })));
    ///
    /// drop(engine);
    /// let engine = Engine::new(Config::new().compartment(&SMALL, 256 * 1024))?;
    /// let small = wat::parse_str("(module (func))").expect("the text is valid");
    /// Module::new(&engine, small)?;
    /// // How large it would have to be.
    /// let stats = engine.compartment_stats().expect("it has one");
    /// assert!(stats.heap.high_water < 20_000 && stats.stack_high_water < stats.stack);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "compartments")]
    pub fn compartment(&mut self, buffer: &'static StaticBuffer, stack: usize) -> &mut Self {
        self.compartment = Some(CompartmentBytes { buffer, stack });
        self
    }

    /// Lets calls that are futures give way wherever their guest is, when the handler of a timer calls
    /// [`give_way`](crate::give_way): no fuel is counted for it, and no other instruction is executed. The
    /// guest goes on when the future is polled again. So a guest which never ends is stopped by dropping the
    /// future: that abandons the compartment, unless the guest happens to wait for a host function that
    /// returns later, or for its next slice. Take the engine for lost in any case. What is done with one that
    /// is abandoned is refused with [`Error::Compartment`].
    ///
    /// While a call has given way, nothing else can be done with the engine: give each guest its own. A call
    /// within a host function does not give way. What a host function does comes to its end before, and so
    /// does what the runtime does for a guest: loading a [part](crate::docs::parts), `memory.init`, and on an
    /// engine that is interruptible the other operations on blocks of memory. Interrupts have to come further
    /// apart than the 500 instructions that giving way and going on take, or no guest goes on.
    ///
    /// Not by default. Costs no bytes.
    ///
    /// # Errors
    ///
    /// [`Engine::new`](crate::Engine::new) refuses it without a compartment, with [threads](Config::threads),
    /// and on a chip where the compartment's stack has no guard: guests would give way after host functions
    /// alone. It can't see that a firmware has `PendSV` and `SVCall` of its own.
    ///
    /// ```no_run
    /// use std::alloc::System;
    /// use vellum::{Config, Engine, Heap, Instance, Module, StaticBuffer, Store};
    ///
    /// #[global_allocator]
    /// static HEAP: Heap<System> = Heap::new(System);
    ///
    /// static BYTES: StaticBuffer<[u8; 32 * 1024]> = StaticBuffer::new();
    ///
    /// # static GUEST: &[u8] = &[];
    /// // In the handler of a timer: vellum::give_way();
    /// async fn count() -> Result<u32, vellum::Error> {
    ///     let engine = Engine::new(Config::new().compartment(&BYTES, 12 * 1024).preemptible(true))?;
    ///     let module = Module::new_async(&engine, GUEST).await?;
    ///     let mut store = Store::new(&engine, ());
    ///     let instance = Instance::new(&mut store, &module, &[])?;
    ///     let count = instance.get_typed_func::<(), u32>(&mut store, "count")?;
    ///     count.call_async(&mut store, ()).await
    /// }
    /// ```
    #[cfg(feature = "compartments")]
    pub fn preemptible(&mut self, enable: bool) -> &mut Self {
        self.preemptible = enable;
        self
    }

    /// Whether calls that are futures give way wherever they are.
    pub(crate) fn is_preemptible(&self) -> bool {
        #[cfg(feature = "compartments")]
        let is_preemptible = self.preemptible;
        #[cfg(not(feature = "compartments"))]
        let is_preemptible = false;
        is_preemptible
    }

    /// Refuses preemption where there can't be any.
    pub(crate) fn check_preemption(&self) -> Result<(), Error> {
        #[cfg(feature = "compartments")]
        match self.compartment {
            _ if !self.preemptible => {}
            None => return Err(ConfigError::PreemptibleCompartment.into()),
            Some(_) if self.has_threads() => return Err(ConfigError::PreemptibleThreads.into()),
            Some(_) => {}
        }
        Ok(())
    }

    /// Where the interpreter of an engine of these settings runs.
    pub(crate) fn place(&self) -> Result<Place, Error> {
        #[cfg(feature = "compartments")]
        if let Some(CompartmentBytes { buffer, stack }) = self.compartment {
            let place = Place::new(buffer, stack, self.has_threads())?;
            if self.preemptible && !place.is_guarded() {
                return Err(ConfigError::PreemptibleGuard.into());
            }
            return Ok(place);
        }
        Ok(Place::HERE)
    }

    /// These settings, for an engine whose interpreter runs there: of the heap of a compartment, what the
    /// embedder tells of its own says nothing.
    pub(crate) fn at(&self, place: &Place) -> Self {
        let mut config = self.clone();
        if place.is_compartment() {
            config.heap_free = Some(Place::heap_free);
        }
        config
    }
}
