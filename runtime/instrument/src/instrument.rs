//! The rewriting as a whole.

use crate::error::InstrumentError;
use crate::module::Instrumenter;
use crate::options::InstrumentOptions;
use crate::source::Source;
use parser::Parser;
use vellum_prepare::validate;
use wasm_encoder::Module;
use wasm_encoder::reencode::Reencode;

/// Rewrites a module so that it keeps a shadow stack.
///
/// # Errors
///
/// If the module is invalid, prepared, in parts or instrumented already, or if what it becomes exceeds a
/// limit.
///
/// ```
/// use vellum_instrument::{InstrumentError, InstrumentOptions, instrument};
///
/// let module = wat::parse_str(r#"(module (func (export "run") unreachable))"#).unwrap();
/// let instrumented = instrument(&module, &InstrumentOptions::new())?;
/// let again = instrument(&instrumented, &InstrumentOptions::new());
/// assert!(matches!(again, Err(InstrumentError::Reserved { .. })));
/// # Ok::<(), InstrumentError>(())
/// ```
pub fn instrument(module: &[u8], options: &InstrumentOptions) -> Result<Vec<u8>, InstrumentError> {
    validate(module, true)?;
    let source = Source::read(module)?;
    let mut instrumenter = Instrumenter::new(&source, options);
    let mut written = Module::new();
    instrumenter.parse_core_module(&mut written, Parser::new(0), module)?;
    let written = written.finish();
    validate(&written, true)
        .map_err(|error| InstrumentError::Limit { message: error.to_string() })?;
    Ok(written)
}
