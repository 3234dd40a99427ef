//! Checking a signature.

use super::error::SignatureError;
use super::format::{HEAD, SIGNATURE, VERSIONS, message};
use super::key::PublicKey;
use ed25519_dalek::Signature;

/// A module whose signature is right.
///
/// ```
/// use vellum_sign::{PrivateKey, Signed, sign, verify};
///
/// let key = PrivateKey::from_seed(&[7; 32]);
/// let file = sign(b"\0asm\x01\0\0\0", 5, 3, &key);
/// let signed: Signed = verify(&file, &key.public(), 5)?.at_least(3)?;
/// assert_eq!(signed.module.len(), 8);
/// assert!(signed.at_least(4).is_err());
/// # Ok::<(), vellum_sign::SignatureError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed<'a> {
    /// The module, without the section of its signature.
    pub module: &'a [u8],
    /// Its version.
    pub version: u64,
}

impl Signed<'_> {
    /// Refuses a module that is older than `minimum`.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Version`].
    pub fn at_least(self, minimum: u64) -> Result<Self, SignatureError> {
        let found = self.version;
        if found < minimum { Err(SignatureError::Version { minimum, found }) } else { Ok(self) }
    }
}

/// Checks that a file is a module signed by the holder of `key`, prepared by version `pass` of the module
/// pass.
///
/// Both versions are looked at only once the signature is found to be right.
///
/// # Errors
///
/// [`SignatureError`], of any other file.
pub fn verify<'a>(file: &'a [u8], key: &PublicKey, pass: u8) -> Result<Signed<'a>, SignatureError> {
    let (bytes, signature) =
        file.split_last_chunk::<SIGNATURE>().ok_or(SignatureError::Unsigned)?;
    let (rest, versions) = bytes.split_last_chunk::<VERSIONS>().ok_or(SignatureError::Unsigned)?;
    let module = rest.strip_suffix(&HEAD).ok_or(SignatureError::Unsigned)?;
    let signature = Signature::from_bytes(signature);
    key.0
        .verify_strict(&message(module, versions), &signature)
        .map_err(|_| SignatureError::Invalid)?;
    let [found, version @ ..] = *versions;
    if found != pass {
        return Err(SignatureError::Pass { expected: pass, found });
    }
    Ok(Signed { module, version: u64::from_le_bytes(version) })
}
