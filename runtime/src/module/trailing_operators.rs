//! Operators behind the end of a function, which are invalid.
//!
//! The interpreter refuses them too. But where fuel is counted it looks at an assertion of its own
//! first, so that a build with debug assertions would panic.

use crate::engine::config::Config;
use crate::error::Error;
use alloc::boxed::Box;
use wasmparser::{Operator, Parser, Payload};

/// Looks for them where the interpreter would panic. What else is wrong it reports itself.
pub(super) fn check(
    config: &Config,
    code: &[u8],
    origin: impl Fn(usize) -> usize,
) -> Result<(), Error> {
    if !cfg!(debug_assertions) || !(config.fuel || config.has_threads()) {
        return Ok(());
    }
    for payload in Parser::new(0).parse_all(code).map_while(Result::ok) {
        let Payload::CodeSectionEntry(body) = payload else { continue };
        let Ok(mut operators) = body.get_operators_reader() else { continue };
        let mut depth = 1usize;
        while !operators.eof() {
            let offset = operators.original_position();
            if depth == 0 {
                let message = Box::from("operators remaining after end of function");
                return Err(Error::InvalidModule { offset: Some(origin(offset)), message });
            }
            match operators.read() {
                Ok(Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. }) => {
                    depth += 1;
                }
                Ok(Operator::End) => depth -= 1,
                Ok(_) => {}
                Err(_) => break,
            }
        }
    }
    Ok(())
}
