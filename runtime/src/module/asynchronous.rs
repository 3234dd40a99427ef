//! Loading as a future.

#[cfg(feature = "wat")]
use super::text;
use super::{Module, bytes::ModuleBytes, loaded::Loaded};
use crate::engine::Engine;
use crate::error::Error;

impl Module {
    /// As [`Module::new`], as a future that gives way to other tasks at every allocation, if the
    /// engine has a [compartment](crate::Config) and no threads: otherwise it does all at once. Between two
    /// allocations a large function takes its time; a firmware whose timer calls
    #[cfg_attr(feature = "compartments", doc = "[`give_way`](crate::give_way)")]
    #[cfg_attr(not(feature = "compartments"), doc = "`give_way`")]
    /// has the future give way there, too.
    ///
    /// Meanwhile the compartment is in use, and nothing else can be done with the engine. A future that is
    /// dropped before it is ready loads on to the end.
    ///
    /// # Errors
    ///
    /// As for [`Module::new`].
    ///
    /// ```
    /// use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
    /// use vellum::{Config, Engine, Module};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(&Config::new())?;
    /// let bytes = wat::parse_str("(module (func))").expect("the text is valid");
    /// let mut module = pin!(Module::new_async(&engine, bytes));
    /// let module = loop {
    ///     let loaded = module.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    ///     if let Poll::Ready(module) = loaded {
    ///         break module?;
    ///     }
    ///     // Other work.
    /// };
    /// assert_eq!(module.exports().count(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn new_async(engine: &Engine, bytes: impl Into<ModuleBytes>) -> Result<Self, Error> {
        let bytes = bytes.into();
        #[cfg(feature = "wat")]
        let bytes = text::binary(engine, bytes)?;
        let given = bytes.as_ref();
        let load = || Loaded::sealed(engine, given, &[]);
        if engine.has_threads() {
            let loaded = engine.attempt(load);
            return Self::of(engine, bytes, loaded);
        }
        let loaded = engine.place().run_async(load).await?;
        Self::of(engine, bytes, loaded.map_err(Error::relocated))
    }
}
