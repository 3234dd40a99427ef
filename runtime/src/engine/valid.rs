//! Modules that the interpreter is to take for valid, and why they are.
#![expect(unsafe_code, reason = "the interpreter believes that code is valid")]

use crate::signed_feature::Believed;
#[cfg(feature = "validate")]
use vellum_prepare::PrepareError;
use vellum_prepare::Prepared;

/// A module that is valid.
pub(crate) struct Valid<'a>(&'a [u8]);

impl<'a> Valid<'a> {
    /// `(module (import "" "" (func $taken)) (func $f (call $f)) (func (export "w") (call $taken)
    /// (call $f)))`: takes a stack, stops there, and then recurses to the limit.
    pub(crate) const RECURSION: Self = Self(&[
        0, b'a', b's', b'm', 1, 0, 0, 0, // header
        1, 4, 1, 0x60, 0, 0, // type () -> ()
        2, 5, 1, 0, 0, 0, 0, // import "" "" (func 0)
        3, 3, 2, 0, 0, // functions 1, 2
        7, 5, 1, 1, b'w', 0, 2, // export "w" function 2
        10, 13, 2, 4, 0, 0x10, 1, 0x0b, 6, 0, 0x10, 0, 0x10, 1, 0x0b, // bodies
    ]);

    /// A module that is found to be valid, with tail calls or without.
    #[cfg(feature = "validate")]
    pub(crate) fn checked(
        prepared: &'a Prepared<'_>,
        tail_calls: bool,
    ) -> Result<Self, PrepareError> {
        prepared.validate(tail_calls)?;
        Ok(Self(&prepared.code))
    }

    /// A module whose signature was found right before this: by `Config::believe_signatures` the embedder promises
    /// that what is signed is valid.
    pub(crate) fn believed(prepared: &'a Prepared<'_>, _: Believed) -> Self {
        Self(&prepared.code)
    }

    /// Translates it.
    pub(crate) fn translated(self, engine: &wasmi::Engine) -> Result<wasmi::Module, wasmi::Error> {
        // SAFETY: values of this type are made above alone: of modules that were validated, of signed ones, whose
        // embedder has promised it in `unsafe`, and of the constant, which a test validates.
        unsafe { wasmi::Module::new_unchecked(engine, self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::Valid;
    use vellum_prepare::{Proposals, validate_code};

    #[test]
    fn constants_are_valid() {
        validate_code(Valid::RECURSION.0, Proposals::default()).unwrap();
    }
}
