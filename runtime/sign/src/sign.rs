//! Signing, on a PC.

use super::error::SignatureError;
use super::format::{HEAD, SECTION_BYTES, VERSIONS, message};
use super::key::PublicKey;
use alloc::{string::String, vec::Vec};
use core::fmt;
use ed25519_dalek::SigningKey;
use ed25519_dalek::ed25519::signature::Signer;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding};

/// The key that modules are signed with. Who has it decides what a firmware runs.
///
/// ```
/// use vellum_sign::{PrivateKey, sign, verify};
///
/// let key = PrivateKey::from_seed(&[7; 32]); // of a secret that the operating system has drawn
/// let file = sign(b"\0asm\x01\0\0\0", 5, 1, &key);
/// assert!(verify(&file, &key.public(), 5).is_ok());
/// ```
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    /// The key of a secret, which must be drawn at random.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads a key as [`to_pem`](Self::to_pem) and `openssl genpkey -algorithm ed25519` write it.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Key`] if the text is none.
    pub fn from_pem(text: &str) -> Result<Self, SignatureError> {
        SigningKey::from_pkcs8_pem(text).map(Self).map_err(|_| SignatureError::Key)
    }

    /// The key as text, in PKCS #8.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Key`] if it can't be written, which is not known to happen.
    ///
    /// ```
    /// use vellum_sign::PrivateKey;
    ///
    /// let text = PrivateKey::from_seed(&[7; 32]).to_pem()?;
    /// assert!(text.starts_with("-----BEGIN PRIVATE KEY-----"));
    /// let again = PrivateKey::from_pem(&text)?;
    /// assert_eq!(again.public(), PrivateKey::from_seed(&[7; 32]).public());
    /// # Ok::<(), vellum_sign::SignatureError>(())
    /// ```
    pub fn to_pem(&self) -> Result<String, SignatureError> {
        let text = self.0.to_pkcs8_pem(LineEnding::LF).map_err(|_| SignatureError::Key)?;
        Ok(String::from(text.as_str()))
    }

    /// The key that its signatures are checked with.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("public", &self.public()).finish_non_exhaustive()
    }
}

/// Signs a module that version `pass` of the module pass has prepared, as `version` of it.
///
/// The module is not looked at: what is signed must be valid, as whoever believes the signature does not
/// check it again.
pub fn sign(module: &[u8], pass: u8, version: u64, key: &PrivateKey) -> Vec<u8> {
    let mut file = Vec::with_capacity(module.len().saturating_add(SECTION_BYTES));
    file.extend_from_slice(module);
    file.extend_from_slice(&HEAD);
    let mut versions = [pass; VERSIONS];
    versions[1..].copy_from_slice(&version.to_le_bytes());
    file.extend_from_slice(&versions);
    let signature = key.0.sign(&message(module, &versions));
    file.extend_from_slice(&signature.to_bytes());
    file
}
