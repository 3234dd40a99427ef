//! When functions are translated.

/// When functions are translated for the interpreter.
///
/// ```
/// use vellum::{CompilationMode, Config, Engine, Module};
///
/// let engine = Engine::new(Config::new().compilation_mode(CompilationMode::LazyTranslation))?;
/// let module = wat::parse_str(r#"(module (func (export "run")))"#).expect("the text is valid");
/// Module::new(&engine, module)?;
/// # Ok::<(), vellum::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CompilationMode {
    /// All of them while the module is loaded: no call allocates for it.
    #[default]
    Eager,
    /// Validated while the module is loaded, translated at the first call, which allocates. The
    /// translator's buffers stay with the engine.
    LazyTranslation,
    /// Validated and translated at the first call, which allocates and may find the function
    /// invalid. The buffers of both stay with the engine.
    Lazy,
}
