//! Modules changed a little, and so that their sections stay as long as they say.

use crate::bound::damage;
use fastrand::Rng;

const PREAMBLE: usize = 8;
const CODE: u8 = 10;

/// Numbers at the edges of what encodings and memories have.
const EDGES: [&[u8]; 10] = [
    &[0],
    &[1],
    &[0x7f],
    &[0x80, 1],
    &[0xff, 0x7f],
    &[0x80, 0x80, 4],
    &[0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0xff, 0xff, 0xff, 0xff, 0x07],
    &[0x80, 0x80, 0x80, 0x80, 0x78],
    &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
];

fn number(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return usize::try_from(value).ok();
        }
    }
    None
}

fn put_number(mut value: usize, out: &mut Vec<u8>) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        out.push(if value == 0 { low } else { low | 0x80 });
        if value == 0 {
            return;
        }
    }
}

/// What has its length before it.
fn sized<'a>(bytes: &'a [u8], at: &mut usize) -> Option<&'a [u8]> {
    let length = number(bytes, at)?;
    let content = bytes.get(*at..at.checked_add(length)?)?;
    *at += length;
    Some(content)
}

fn put_sized(content: &[u8], out: &mut Vec<u8>) {
    put_number(content.len(), out);
    out.extend_from_slice(content);
}

/// The sections of a module, as far as they are sections.
fn sections(module: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut found = Vec::new();
    let mut at = PREAMBLE;
    while let Some(&id) = module.get(at) {
        at += 1;
        let Some(content) = sized(module, &mut at) else { break };
        found.push((id, content.to_vec()));
    }
    found
}

/// Changes a few bytes, so that there may be more or fewer.
fn bytes(rng: &mut Rng, content: &mut Vec<u8>) {
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(..=content.len());
        let end = (at + rng.usize(..8)).min(content.len());
        match rng.u8(..6) {
            0 if at < content.len() => content[at] ^= 1 << rng.u8(..8),
            1 if at < content.len() => content[at] = rng.u8(..),
            2 => drop(content.splice(at..at, EDGES[rng.usize(..EDGES.len())].iter().copied())),
            3 => drop(content.splice(at..end, EDGES[rng.usize(..EDGES.len())].iter().copied())),
            4 => drop(content.drain(at..end)),
            _ => {
                let again = content[at..end].to_vec();
                drop(content.splice(at..at, again));
            }
        }
    }
}

/// Changes one of the functions of a code section, whose length is then right.
fn function(rng: &mut Rng, content: &mut Vec<u8>) -> Option<()> {
    let mut at = 0;
    let count = number(content, &mut at)?;
    let mut bodies = Vec::new();
    for _ in 0..count {
        bodies.push(sized(content, &mut at)?.to_vec());
    }
    if bodies.is_empty() {
        return None;
    }
    let which = rng.usize(..bodies.len());
    bytes(rng, &mut bodies[which]);
    let mut out = Vec::new();
    put_number(count, &mut out);
    bodies.iter().for_each(|body| put_sized(body, &mut out));
    *content = out;
    Some(())
}

/// A module made of this one, and perhaps of a part of the other.
pub(super) fn mutate(rng: &mut Rng, module: &[u8], other: &[u8]) -> Vec<u8> {
    let mut parts = sections(module);
    if parts.is_empty() || rng.u8(..4) == 0 {
        let mut module = module.to_vec();
        match rng.u8(..3) {
            0 => module.truncate(rng.usize(..=module.len())),
            _ => damage(rng, &mut module),
        }
        return module;
    }
    let which = rng.usize(..parts.len());
    match rng.u8(..8) {
        0 => drop(parts.remove(which)),
        1 => {
            let other = rng.usize(..parts.len());
            parts.swap(which, other);
        }
        2 => {
            let others = sections(other);
            if !others.is_empty() {
                let part = others[rng.usize(..others.len())].clone();
                match parts.iter_mut().find(|(id, _)| *id == part.0) {
                    Some(place) => *place = part,
                    None => parts.insert(which, part),
                }
            }
        }
        3 => bytes(rng, &mut parts[which].1),
        _ => {
            let code = parts.iter_mut().find(|(id, _)| *id == CODE);
            if code.and_then(|(_, content)| function(rng, content)).is_none() {
                bytes(rng, &mut parts[which].1);
            }
        }
    }
    let mut out = module.get(..PREAMBLE).unwrap_or_default().to_vec();
    for (id, content) in parts {
        out.push(id);
        put_sized(&content, &mut out);
    }
    out
}
