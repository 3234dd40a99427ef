//! Nothing but what the holder of the key has signed is accepted.

use blake2::{Blake2s256, Digest};
use ed25519_dalek::{Signature, VerifyingKey};
use vellum_sign::{PrivateKey, PublicKey, SECTION_BYTES, SignatureError, sign, verify};

const PASS: u8 = 5;
const MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0";

fn key() -> PrivateKey {
    PrivateKey::from_seed(&[7; 32])
}

fn signed(version: u64) -> Vec<u8> {
    sign(MODULE, PASS, version, &key())
}

fn error(file: &[u8]) -> SignatureError {
    verify(file, &key().public(), PASS).expect_err("it is not what was signed")
}

#[test]
fn what_was_signed_is_accepted() {
    let file = signed(9);
    let signed = verify(&file, &key().public(), PASS).expect("it was signed");
    assert_eq!((signed.module, signed.version), (MODULE, 9));
    assert_eq!(file.len(), MODULE.len() + SECTION_BYTES);
}

#[test]
fn what_is_signed_is_what_the_format_says() {
    let file = signed(9);
    let section = &file[MODULE.len()..];
    let (before, signature) = section.split_last_chunk().expect("it is a signature's section");
    assert_eq!(before, b"\x00\x5b\x10vellum.signature\x02\x05\x09\0\0\0\0\0\0\0");
    let message = [before, &Blake2s256::digest(MODULE)].concat();
    let key = VerifyingKey::from_bytes(&key().public().to_bytes()).expect("a key");
    key.verify_strict(&message, &Signature::from_bytes(signature)).expect("the signature is its");
}

#[test]
fn every_flipped_bit_is_refused() {
    let file = signed(1);
    for bit in 0..file.len() * 8 {
        let mut flipped = file.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let error = error(&flipped);
        let is_refused = matches!(error, SignatureError::Invalid | SignatureError::Unsigned);
        assert!(is_refused, "bit {bit}: {error}");
    }
}

#[test]
fn every_truncation_and_trailing_bytes_are_refused() {
    let file = signed(1);
    for length in 0..file.len() {
        assert_eq!(error(&file[..length]), SignatureError::Unsigned, "{length} bytes");
        error(&file[length + 1..]);
    }
    for more in [&[0][..], &[0; 64], MODULE, &file] {
        error(&[&file[..], more].concat());
        error(&[more, &file[..]].concat());
    }
}

#[test]
fn an_unsigned_module_is_told_as_such() {
    assert_eq!(error(MODULE), SignatureError::Unsigned);
    assert_eq!(error(&[]), SignatureError::Unsigned);
    assert_eq!(error(&[0; 200]), SignatureError::Unsigned);
    let mut of_another_format = signed(1);
    let format = of_another_format.len() - 64 - 9 - 1;
    assert_eq!(of_another_format[format], 2);
    of_another_format[format] = 1;
    assert_eq!(error(&of_another_format), SignatureError::Unsigned);
}

#[test]
fn another_key_is_refused() {
    let other = PrivateKey::from_seed(&[8; 32]);
    assert_eq!(verify(&signed(1), &other.public(), PASS), Err(SignatureError::Invalid));
}

#[test]
fn versions_are_compared_once_the_signature_is_right() {
    let public = key().public();
    let expected = SignatureError::Pass { expected: PASS + 1, found: PASS };
    assert_eq!(verify(&signed(1), &public, PASS + 1), Err(expected));
    let file = signed(7);
    let signed = verify(&file, &public, PASS).expect("it was signed");
    assert_eq!(signed.at_least(7), Ok(signed));
    assert_eq!(signed.at_least(8), Err(SignatureError::Version { minimum: 8, found: 7 }));
}

#[test]
fn signatures_are_those_of_the_standard() {
    // RFC 8032, section 7.1, test 1: the public key of a secret.
    let hex = |text: &str| {
        let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
        let bytes: Vec<u8> = (0..text.len()).step_by(2).map(byte).collect();
        <[u8; 32]>::try_from(bytes).expect("32 bytes")
    };
    let seed = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let public = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assert_eq!(PrivateKey::from_seed(&seed).public().to_bytes(), public);
}

#[test]
fn weak_keys_are_refused() {
    // The points of small order that have a y of 0, 1 and -1: for them anyone can make signatures.
    let (mut one, mut minus_one) = ([0; 32], [0xff; 32]);
    one[0] = 1;
    (minus_one[0], minus_one[31]) = (0xec, 0x7f);
    for bytes in [[0; 32], one, minus_one] {
        assert_eq!(PublicKey::from_bytes(&bytes), Err(SignatureError::Key));
    }
}
