//! Signatures of modules: who holds the private key decides what a firmware runs.
//!
//! A signed module is a prepared module with one custom section more, which is the last, so that it is
//! still a module for everyone else:
//!
//! | bytes | what |
//! |--:|---|
//! | 2 | id 0 and length of a custom section |
//! | 17 | its name, `vellum.signature`, behind its length |
//! | 1 | the version of this format |
//! | 1 | the version of the module pass that has prepared the module |
//! | 8 | the module's own version, little-endian, for rollback protection |
//! | 64 | the Ed25519 signature of the 29 bytes before it and the BLAKE2s-256 hash of **all bytes before those** |
//!
//! The section has a fixed length and is found from the end: nothing of the module is read but by the hash
//! until [`verify`] has found the signature to be the key's. It is checked strictly: no other signature than
//! the signer's own passes for the same bytes.
//!
//! ```
//! # #[cfg(feature = "sign")]
//! # fn main() -> Result<(), vellum_sign::SignatureError> {
//! use vellum_sign::{PrivateKey, SignatureError, sign, verify};
//!
//! let key = PrivateKey::from_seed(&[7; 32]); // of a secret that the operating system has drawn
//! let (pass, version) = (5, 2);
//! let mut file = sign(b"\0asm\x01\0\0\0", pass, version, &key);
//!
//! let signed = verify(&file, &key.public(), pass)?;
//! assert_eq!((signed.module, signed.version), (&b"\0asm\x01\0\0\0"[..], 2));
//!
//! file[4] ^= 1;
//! assert_eq!(verify(&file, &key.public(), pass), Err(SignatureError::Invalid));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sign"))]
//! # fn main() {}
//! ```
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `sign` | `sign`, and `PrivateKey`, whose file is PKCS #8 in PEM, as OpenSSL has it |
//! | `defmt` | `defmt::Format` for errors |
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "sign")]
extern crate alloc;

mod error;
mod format;
mod key;
#[cfg(feature = "sign")]
mod sign;
mod verify;

pub use error::SignatureError;
pub use format::SECTION_BYTES;
pub use key::PublicKey;
#[cfg(feature = "sign")]
pub use sign::{PrivateKey, sign};
pub use verify::{Signed, verify};

/// The example of the README.
#[cfg(all(doctest, feature = "sign"))]
#[doc = include_str!("../README.md")]
struct Readme;
