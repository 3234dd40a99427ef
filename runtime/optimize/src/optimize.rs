//! The rewriting as a whole.

use crate::error::OptimizeError;
use crate::module::{Rewriter, read};
use crate::options::OptimizeOptions;
use crate::plan::Unrolled;
use parser::Parser;
use vellum_prepare::validate;
use wasm_encoder::Module;
use wasm_encoder::reencode::{Error, Reencode};

/// Rewrites a module so that an interpreter that counts fuel runs its loops faster.
///
/// # Errors
///
/// If the module is invalid or prepared already, or if what it becomes exceeds a limit.
///
/// ```
/// use vellum_optimize::{OptimizeError, OptimizeOptions, optimize};
///
/// let error = optimize(b"text", &OptimizeOptions::new()).unwrap_err();
/// assert!(matches!(error, OptimizeError::Invalid { offset: 0, .. }));
/// ```
pub fn optimize(module: &[u8], options: &OptimizeOptions) -> Result<Vec<u8>, OptimizeError> {
    validate(module, true)?;
    let functions = read(module, options)?;
    let tight = rewritten(module, functions.clone(), true)?;
    if validate(&tight, true).is_ok() {
        return Ok(tight);
    }
    // Somewhere operands are left where a loop begins again.
    let written = rewritten(module, functions, false)?;
    validate(&written, true)
        .map_err(|error| OptimizeError::Limit { message: error.to_string() })?;
    Ok(written)
}

fn rewritten(
    module: &[u8],
    functions: Vec<Vec<Unrolled>>,
    falls_through: bool,
) -> Result<Vec<u8>, OptimizeError> {
    let mut written = Module::new();
    let mut rewriter = Rewriter::new(functions, falls_through);
    rewriter.parse_core_module(&mut written, Parser::new(0), module).map_err(
        |error| match error {
            Error::UserError(error) => error,
            Error::ParseError(error) => error.into(),
            other => OptimizeError::Invalid { offset: 0, message: other.to_string() },
        },
    )?;
    Ok(written.finish())
}
