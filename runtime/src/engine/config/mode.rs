//! When functions are translated.

/// When functions are translated for the interpreter.
///
/// **Where they are translated later, a call can exhaust the heap**, and nothing refuses it first:
/// [`Config::heap_free`](crate::Config::heap_free) is asked when a module is loaded, not when a function
/// is translated. In a compartment (`Config::compartment`) such a call is
/// [`Error::OutOfHeap`](crate::Error::OutOfHeap). Without one the global allocator fails, and that ends
/// the firmware.
///
/// ```
/// use vellum::{CompilationMode, Config, Engine, Module};
///
/// let engine = Engine::new(Config::new().compilation_mode(CompilationMode::Lazy))?;
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
    /// Each at its first call, which allocates. The translator's buffers stay with the engine.
    Lazy,
}
