//! Modules that the interpreter is to take for valid, and why they are.
#![expect(unsafe_code, reason = "the interpreter believes that code is valid")]

#[cfg(feature = "validate")]
use crate::error::Error;
use crate::signed_feature::Believed;
use core::ops::Deref;
use vellum_prepare::Prepared;
#[cfg(feature = "validate")]
use vellum_prepare::{PrepareError, Weight};

/// `(module (import "" "" (func $taken)) (func $f (call $f)) (func (export "w") (call $taken)
/// (call $f)))`: takes a stack, stops there, and then recurses to the limit.
const RECURSION: &[u8] = &[
    0, b'a', b's', b'm', 1, 0, 0, 0, // header
    1, 4, 1, 0x60, 0, 0, // type () -> ()
    2, 5, 1, 0, 0, 0, 0, // import "" "" (func 0)
    3, 3, 2, 0, 0, // functions 1, 2
    7, 5, 1, 1, b'w', 0, 2, // export "w" function 2
    10, 13, 2, 4, 0, 0x10, 1, 0x0b, 6, 0, 0x10, 0, 0x10, 1, 0x0b, // bodies
];

/// Translates the module that brings stacks to their size.
pub(super) fn recursion(engine: &wasmi::Engine) -> Result<wasmi::Module, wasmi::Error> {
    // SAFETY: it is valid, as a test below says.
    unsafe { wasmi::Module::new_unchecked(engine, RECURSION) }
}

/// A module as the interpreter can take it, which is valid.
pub(crate) struct Valid<'a>(Prepared<'a>);

impl<'a> Valid<'a> {
    /// A module that is found to be valid, with tail calls or without, and what it weighs.
    ///
    /// # Errors
    ///
    /// What is made of the error where it is not, or where the heap has no room.
    #[cfg(feature = "validate")]
    pub(crate) fn checked(
        prepared: Prepared<'a>,
        tail_calls: bool,
        refused: impl FnOnce(&Prepared<'_>, PrepareError) -> Error,
    ) -> Result<(Self, Weight), Error> {
        match prepared.validate(tail_calls) {
            Ok(weight) => Ok((Self(prepared), weight)),
            Err(error) => Err(refused(&prepared, error)),
        }
    }

    /// A module whose signature was found right before this: by `Config::believe_signatures` the embedder promises
    /// that what is signed is valid.
    pub(crate) fn believed(prepared: Prepared<'a>, _: Believed) -> Self {
        Self(prepared)
    }

    /// Translates it.
    pub(crate) fn translated(&self, engine: &wasmi::Engine) -> Result<wasmi::Module, wasmi::Error> {
        // SAFETY: values of this type are made above alone, of modules that were validated and of signed ones, whose
        // embedder has promised it in `unsafe`; nobody can change what is in one.
        unsafe { wasmi::Module::new_unchecked(engine, &self.0.code) }
    }

    /// What the interpreter does not need any more.
    pub(crate) fn into_prepared(self) -> Prepared<'a> {
        self.0
    }
}

impl<'a> Deref for Valid<'a> {
    type Target = Prepared<'a>;

    fn deref(&self) -> &Prepared<'a> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::RECURSION;
    use vellum_prepare::{Proposals, validate_code};

    #[test]
    fn the_module_for_stacks_is_valid() {
        validate_code(RECURSION, Proposals::default()).unwrap();
    }
}
