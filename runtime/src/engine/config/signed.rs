//! Whose modules an engine takes.

#![cfg_attr(
    feature = "signed",
    expect(unsafe_code, reason = "nothing checks the code of a module that is believed")
)]

use super::Config;
use crate::error::Error;
#[cfg(feature = "signed")]
use crate::error::config::ConfigError;
use crate::signed_feature::Believed;
#[cfg(feature = "signed")]
use vellum_sign::{PublicKey, SignatureError, Signed, verify};

/// Whose modules an engine takes, and how old they may be.
#[cfg(feature = "signed")]
#[derive(Clone, Copy)]
pub(super) struct SignedBy {
    key: PublicKey,
    minimum: u64,
    believed: bool,
}

impl Config {
    /// Takes only modules that the holder of the private key belonging to `key` has signed, of version
    /// `minimum` or newer. Anything else is [`Error::Signature`] before anything of it is read. `vellum sign`
    /// signs modules; the page [signing](crate::docs::signing) tells all about it.
    ///
    /// What is signed is prepared and validated like any other module, unless
    /// [signatures are believed](Config::believe_signatures).
    ///
    /// Modules of any origin by default. Costs 136 bytes of the configuration, and the time that it takes to
    /// check a signature.
    ///
    /// ```
    /// use vellum::{Config, Engine, Error, Module, PublicKey, SignatureError};
    ///
    /// # fn main() -> Result<(), Error> {
    /// # const KEY: [u8; 32] = [
    /// #     215, 90, 152, 1, 130, 177, 10, 183, 213, 75, 254, 211, 201, 100, 7, 58, 14, 225, 114, 243, 218,
    /// #     166, 35, 37, 175, 2, 26, 104, 247, 7, 81, 26,
    /// # ];
    /// // include_bytes!("key.pub") in a firmware.
    /// let key = PublicKey::from_bytes(&KEY)?;
    /// let engine = Engine::new(Config::new().signed_by(key, 1))?;
    /// let unsigned = wat::parse_str("(module)").expect("the text is valid");
    /// let error = Module::new(&engine, unsigned).expect_err("nobody has signed it");
    /// assert!(matches!(error, Error::Signature(SignatureError::Unsigned)));
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "signed")]
    pub fn signed_by(&mut self, key: PublicKey, minimum: u64) -> &mut Self {
        let believed = self.signed.is_some_and(|signed| signed.believed);
        self.signed = Some(SignedBy { key, minimum, believed });
        self
    }

    /// Believes what is [signed](Config::signed_by): loading skips the module pass and validation, which an
    /// image without the feature `validate` doesn't have. Means nothing without a key.
    ///
    /// Modules in parts are refused then: [`ConfigError::PartsSigned`](crate::ConfigError::PartsSigned).
    ///
    /// # Safety
    ///
    /// The holder of the key signs valid modules only, which the module pass of the same version has
    /// prepared, as `vellum sign` makes sure of. The interpreter trusts code that it does not validate: an
    /// invalid module reads and writes outside of its stack and its memory.
    ///
    /// ```
    /// use vellum::{Config, Engine, PublicKey};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// # const KEY: [u8; 32] = [
    /// #     215, 90, 152, 1, 130, 177, 10, 183, 213, 75, 254, 211, 201, 100, 7, 58, 14, 225, 114, 243, 218,
    /// #     166, 35, 37, 175, 2, 26, 104, 247, 7, 81, 26,
    /// # ];
    /// let mut config = Config::new();
    /// config.signed_by(PublicKey::from_bytes(&KEY)?, 1);
    /// // SAFETY: we sign by `vellum sign` alone, and keep the key to ourselves.
    /// unsafe { config.believe_signatures() };
    /// let engine = Engine::new(&config)?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "signed")]
    pub unsafe fn believe_signatures(&mut self) -> &mut Self {
        if let Some(signed) = &mut self.signed {
            signed.believed = true;
        }
        self
    }

    /// The module in these bytes, which are signed if they have to be, and its version then. Checking takes
    /// several kilobytes of native stack, which are free again when the module is loaded.
    #[inline(never)]
    pub(crate) fn unsealed<'a>(&self, bytes: &'a [u8]) -> Result<(&'a [u8], Option<u64>), Error> {
        #[cfg(feature = "signed")]
        if let Some(SignedBy { key, minimum, .. }) = &self.signed {
            let signed = verify(bytes, key, vellum_prepare::VERSION)?;
            let Signed { module, version } = signed.at_least(*minimum)?;
            return Ok((module, Some(version)));
        }
        Ok((bytes, None))
    }

    /// The key, if there is one.
    #[cfg(feature = "signed")]
    pub(crate) fn key(&self) -> Option<PublicKey> {
        self.signed.map(|signed| signed.key)
    }

    /// The module, unless it was verified with another key or is older than what is taken.
    #[cfg(feature = "signed")]
    pub(crate) fn taken<'a>(
        &self,
        verified_with: &PublicKey,
        signed: Signed<'a>,
    ) -> Result<&'a [u8], Error> {
        let SignedBy { key, minimum, .. } = self.signed.ok_or(ConfigError::Key)?;
        if key != *verified_with {
            return Err(SignatureError::Invalid.into());
        }
        Ok(signed.at_least(minimum)?.module)
    }

    /// Whether modules have to be signed.
    pub(crate) fn has_key(&self) -> bool {
        #[cfg(feature = "signed")]
        return self.signed.is_some();
        #[cfg(not(feature = "signed"))]
        false
    }

    /// The proof that signatures are believed, if they are.
    pub(crate) fn believes(&self) -> Option<Believed> {
        #[cfg(feature = "signed")]
        let believed = self.signed.is_some_and(|signed| signed.believed);
        #[cfg(not(feature = "signed"))]
        let believed = false;
        Believed::wanted(believed)
    }
}
