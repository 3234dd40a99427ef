//! A module written byte by byte, so that it can lie.

/// The bytes that a module begins with.
pub(super) const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// The shortest encoding of a number.
pub(super) fn leb(mut number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn length(bytes: &[u8]) -> Vec<u8> {
    leb(u32::try_from(bytes.len()).expect("hostile modules are small"))
}

/// Bytes behind their length.
pub(super) fn sized(bytes: &[u8]) -> Vec<u8> {
    [length(bytes), bytes.to_vec()].concat()
}

/// A section.
pub(super) fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    [vec![id], sized(contents)].concat()
}

/// A section that claims to be `length` bytes long.
pub(super) fn section_of_length(id: u8, length: u32, contents: &[u8]) -> Vec<u8> {
    [vec![id], leb(length), contents.to_vec()].concat()
}

/// A vector that claims to have `count` items.
pub(super) fn vector(count: u32, items: &[u8]) -> Vec<u8> {
    [leb(count), items.to_vec()].concat()
}

/// A module of these sections.
pub(super) fn module(sections: &[Vec<u8>]) -> Vec<u8> {
    [HEADER.to_vec(), sections.concat()].concat()
}

/// A module with one exported function `run` of type `() -> ()`.
pub(super) fn function(body: &[u8]) -> Vec<u8> {
    module(&[
        section(1, &[1, 0x60, 0, 0]),
        section(3, &[1, 0]),
        section(7, &[1, 3, b'r', b'u', b'n', 0, 0]),
        section(10, &vector(1, &sized(body))),
    ])
}
