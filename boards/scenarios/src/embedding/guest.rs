//! A guest whose host functions return later.

use alloc::boxed::Box;
use core::{
    future::{Future, poll_fn},
    task::Poll,
};

use vellum::{Caller, Engine, Error, Instance, Linker, Module, Store};

use super::{MODULE, limiter::Budget};
use crate::parallel::CheckFailure;

/// A sampler in a store of its own.
pub(super) struct Guest {
    pub(super) store: Store<Budget>,
    pub(super) instance: Instance,
}

/// What a channel gives, after it has given way to other tasks once for each channel up to it.
async fn sample(channel: u32) -> u32 {
    let mut left = channel;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    100 * channel
}

impl Guest {
    /// Instantiates the sampler: its start function takes a sample.
    pub(super) async fn new(engine: &Engine) -> Result<Self, Error> {
        let module = Module::new(engine, MODULE)?;
        let mut linker = Linker::new(engine);
        let later = |mut caller: Caller<'_, Budget>, (channel,): (u32,)| {
            caller.data_mut().samples += 1;
            Box::new(sample(channel)) as Box<dyn Future<Output = u32> + Send>
        };
        linker.func_wrap_async("adc", "sample", later)?;
        linker.alias("adc", "sample", "sensor", "read")?;
        linker.define_unknown_imports_as_traps(&module)?;
        let mut store = Store::new(engine, Budget::default());
        store.limiter(|budget| budget);
        let instance = linker.instantiate_async(&mut store, &module).await?;
        Ok(Self { store, instance })
    }

    /// Two calls that are suspended twice each.
    pub(super) async fn sample(&mut self) -> Result<(), CheckFailure> {
        let sum = self.instance.get_typed_func::<u32, u32>(&self.store, "sum")?;
        let found = sum.call_async(&mut self.store, 3).await?;
        CheckFailure::unless_equal("sum of three samples", found, 700_u32)?;
        let found = sum.call_async(&mut self.store, 0).await?;
        CheckFailure::unless_equal("sum of five samples", found, 700_u32)
    }

    /// The limiter allows one more page and one more element.
    pub(super) fn grow(&mut self) -> Result<(), CheckFailure> {
        let grow = self.instance.get_typed_func::<(), u32>(&self.store, "grow")?;
        CheckFailure::unless_equal("pages before", grow.call(&mut self.store, ())?, 1_u32)?;
        CheckFailure::unless_equal("pages refused", grow.call(&mut self.store, ())?, u32::MAX)?;
        let grow = self.instance.get_typed_func::<(), u32>(&self.store, "grow table")?;
        CheckFailure::unless_equal("elements before", grow.call(&mut self.store, ())?, 4_u32)?;
        let ended = matches!(grow.call(&mut self.store, ()), Err(Error::Exit(5)));
        CheckFailure::unless_equal("calls that the limiter ended", ended, true)
    }

    /// Nobody defines one of the functions.
    pub(super) fn trap(&mut self) -> Result<(), CheckFailure> {
        let unknown = self.instance.get_typed_func::<(), ()>(&self.store, "unknown")?;
        let error = unknown.call(&mut self.store, ());
        let is_named =
            matches!(error, Err(Error::UnknownImport { name, .. }) if &*name == "missing");
        CheckFailure::unless_equal("unknown imports named", is_named, true)
    }
}
