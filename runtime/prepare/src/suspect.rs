//! Telling from the bytes of a function body that it has no instruction of a kind.
//!
//! Decoding costs as much as all else the pass does; most bodies can be sorted out without it. What
//! looks like an instruction here may be part of another one, and then the body is decoded.

use super::opcode;
use core::ops::Range;

/// Whether a body may refer to one of these types or to that table.
pub(super) fn may_refer(body: &[u8], types: &Range<u32>, table: u32) -> bool {
    const TABLES: Range<u32> = 12..18;
    anywhere(body, |opcode, behind| match opcode {
        opcode::BLOCK..=opcode::IF => unsigned(behind).is_none_or(|(ty, _)| types.contains(&ty)),
        opcode::CALL_INDIRECT | opcode::RETURN_CALL_INDIRECT => {
            let Some((ty, behind)) = unsigned(behind) else { return true };
            types.contains(&ty) || unsigned(behind).is_none_or(|(index, _)| index == table)
        }
        opcode::TABLE_GET | opcode::TABLE_SET => {
            unsigned(behind).is_none_or(|(index, _)| index == table)
        }
        opcode::MISCELLANEOUS => unsigned(behind).is_none_or(|(code, _)| TABLES.contains(&code)),
        _ => false,
    })
}

/// Whether that is so of a byte and what is behind it.
fn anywhere(body: &[u8], so: impl Fn(u8, &[u8]) -> bool) -> bool {
    let mut rest = body;
    while let [byte, behind @ ..] = rest {
        if so(*byte, behind) {
            return true;
        }
        rest = behind;
    }
    false
}

/// An integer, and what is behind it; `None` if it is too long for one.
pub(super) fn unsigned(bytes: &[u8]) -> Option<(u32, &[u8])> {
    if let [byte @ ..0x80, behind @ ..] = bytes {
        return Some((u32::from(*byte), behind));
    }
    let mut value = 0u32;
    for (nth, byte) in bytes.iter().enumerate().take(5) {
        value |= u32::from(byte & 0x7f).checked_shl(7 * nth as u32)?;
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(nth + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_however_long() {
        assert_eq!(unsigned(&[5, 1]), Some((5, &[1][..])));
        assert_eq!(unsigned(&[0x85, 0x80, 0x00, 7]), Some((5, &[7][..])));
        assert_eq!(unsigned(&[0x80, 0x80, 0x80, 0x80, 0x0f]), Some((0xf000_0000, &[][..])));
        assert_eq!(unsigned(&[0x80, 0x80, 0x80, 0x80, 0x80, 0]), None);
        assert_eq!(unsigned(&[0x80]), None);
        assert_eq!(unsigned(&[]), None);
    }

    #[test]
    fn what_is_there_is_suspected() {
        let (types, table) = (5..7, 3);
        for body in [
            &[2, 5][..],
            &[3, 0x86, 0],
            &[4, 6],
            &[0x11, 0, 3],
            &[0x13, 6, 0],
            &[0x25, 3],
            &[0x26, 0x83, 0],
            &[0xfc, 16, 3],
            &[0x11, 0x80],
        ] {
            assert!(may_refer(body, &types, table), "{body:x?}");
        }
        for body in
            [&[2, 4, 0][..], &[3, 7], &[0x11, 0, 2, 0], &[0x25, 4, 0], &[0xfc, 11], &[0x10, 5]]
        {
            assert!(!may_refer(body, &types, table), "{body:x?}");
        }
    }
}
