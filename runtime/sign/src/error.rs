//! Why a module is refused.

use core::fmt;

/// Why a module is refused before anything of it is read.
///
/// ```
/// use vellum_sign::{PrivateKey, SignatureError, verify};
///
/// let key = PrivateKey::from_seed(&[7; 32]).public();
/// let error = verify(b"\0asm\x01\0\0\0", &key, 5).expect_err("nobody has signed it");
/// assert_eq!(error, SignatureError::Unsigned);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SignatureError {
    /// The file does not end with a section of a signature, or with one of another format.
    Unsigned,
    /// The signature is not that of the key for these bytes: another key signed, or bytes differ.
    Invalid,
    /// The module was prepared by another version of the module pass.
    Pass {
        /// The version that the firmware was built with.
        expected: u8,
        /// The version that prepared the module.
        found: u8,
    },
    /// The module is older than the firmware accepts.
    Version {
        /// The oldest version that is accepted.
        minimum: u64,
        /// The module's own.
        found: u64,
    },
    /// The bytes are no key that can be used.
    Key,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned => {
                f.write_str("the module is not signed, or in another format: use `vellum sign`")
            }
            Self::Invalid => {
                f.write_str("wrong signature: another key signed the module, or its bytes differ")
            }
            Self::Pass { expected, found } => write!(
                f,
                "signed for version {found} of the module pass, this is {expected}: sign it again"
            ),
            Self::Version { minimum, found } => {
                write!(f, "version {found} of the module is older than {minimum}")
            }
            Self::Key => f.write_str("the key is no Ed25519 key"),
        }
    }
}

impl core::error::Error for SignatureError {}
