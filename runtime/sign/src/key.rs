//! What signatures are checked with.

use super::error::SignatureError;
use ed25519_dalek::VerifyingKey;

/// The key that signatures are checked with: 32 bytes, which need not be secret, but must be the right ones.
///
/// ```
/// use vellum_sign::{PrivateKey, PublicKey};
///
/// let key = PrivateKey::from_seed(&[7; 32]).public();
/// assert_eq!(PublicKey::from_bytes(&key.to_bytes()), Ok(key));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub(crate) VerifyingKey);

impl PublicKey {
    /// The key of these bytes, such as `vellum keygen` writes them.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Key`] for bytes that are no point of the curve, and for the few weak keys for which
    /// anyone can make signatures.
    ///
    /// ```
    /// use vellum_sign::{PublicKey, SignatureError};
    ///
    /// assert_eq!(PublicKey::from_bytes(&[0; 32]), Err(SignatureError::Key));
    /// ```
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, SignatureError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| SignatureError::Key)?;
        if key.is_weak() { Err(SignatureError::Key) } else { Ok(Self(key)) }
    }

    /// The bytes of the key.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }
}
