//! The section of a signature: fixed bytes, where the others are, and what is signed.

use blake2::{Blake2s256, Digest};

/// How the section begins: id, length, length of the name, the name, version of the format.
pub(crate) const HEAD: [u8; 20] = *b"\x00\x5b\x10vellum.signature\x02";
/// The version of the pass, and the module's own.
pub(crate) const VERSIONS: usize = 1 + size_of::<u64>();
/// Bytes of a signature.
pub(crate) const SIGNATURE: usize = 64;

/// Bytes that are signed, 32 of which are a hash.
const MESSAGE: usize = HEAD.len() + VERSIONS + 32;

/// Bytes that a signature adds to a module.
pub const SECTION_BYTES: usize = HEAD.len() + VERSIONS + SIGNATURE;

/// What is signed: how the section begins, the versions, and the hash of the module.
pub(crate) fn message(module: &[u8], versions: &[u8; VERSIONS]) -> [u8; MESSAGE] {
    let mut message = [0; MESSAGE];
    let (head, rest) = message.split_at_mut(HEAD.len());
    let (between, hash) = rest.split_at_mut(VERSIONS);
    head.copy_from_slice(&HEAD);
    between.copy_from_slice(versions);
    hash.copy_from_slice(&Blake2s256::digest(module));
    message
}

/// Behind the id and the length is what the length says.
const _: () = assert!(HEAD[1] as usize == SECTION_BYTES - 2 && HEAD[2] as usize == HEAD.len() - 4);
