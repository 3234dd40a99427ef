//! The section of a signature: fixed bytes, and where the others are.

/// How the section begins: id, length, length of the name, the name, version of the format.
pub(crate) const HEAD: [u8; 20] = *b"\x00\x5b\x10vellum.signature\x01";
/// The version of the pass, and the module's own.
pub(crate) const VERSIONS: usize = 1 + size_of::<u64>();
/// Bytes of a signature.
pub(crate) const SIGNATURE: usize = 64;

/// Bytes that a signature adds to a module.
pub const SECTION_BYTES: usize = HEAD.len() + VERSIONS + SIGNATURE;

/// Behind the id and the length is what the length says.
const _: () = assert!(HEAD[1] as usize == SECTION_BYTES - 2 && HEAD[2] as usize == HEAD.len() - 4);
