use std::string::ToString;

use AccessError::{Misaligned, OutOfBounds, Reversed};

use super::*;

/// Eight bytes whose address is a multiple of eight.
#[repr(align(8))]
struct Eight([u8; 8]);

const COUNT: Eight = Eight([0, 1, 2, 3, 4, 5, 6, 7]);

fn outside(offset: usize, len: usize) -> AccessError {
    OutOfBounds { offset, len, size: 8 }
}

#[test]
fn a_read_is_all_or_nothing() {
    let memory = &COUNT.0[..];
    let mut buffer = [9; 3];
    assert_eq!(memory.read(6, &mut buffer), Err(outside(6, 3)));
    assert_eq!(memory.read(usize::MAX, &mut buffer), Err(outside(usize::MAX, 3)));
    assert_eq!(buffer, [9; 3]);
    assert_eq!(memory.read(5, &mut buffer), Ok(()));
    assert_eq!(buffer, [5, 6, 7]);
    assert_eq!(memory.read(8, &mut []), Ok(()));
    assert_eq!(memory.read(9, &mut []), Err(outside(9, 0)));
}

#[test]
fn a_write_is_all_or_nothing() {
    let mut bytes = COUNT;
    let memory = &mut bytes.0[..];
    assert_eq!(memory.write(6, &[9; 3]), Err(outside(6, 3)));
    assert_eq!(memory.write_value(7, &9_u16), Err(outside(7, 2)));
    assert_eq!(memory, COUNT.0);
    assert_eq!(memory.write(5, &[9; 3]), Ok(()));
    assert_eq!(memory.write_value(0, &[8_u8, 8][..]), Ok(()));
    assert_eq!(memory, [8, 8, 2, 3, 4, 9, 9, 9]);
}

#[test]
fn slices_end_where_memory_ends() {
    let mut bytes = COUNT;
    let memory = &mut bytes.0[..];
    assert_eq!(memory.slice(6..8), Ok(&[6, 7][..]));
    assert_eq!(memory.slice(8..8), Ok(&[][..]));
    assert_eq!(memory.slice(6..9), Err(outside(6, 3)));
    assert_eq!(memory.slice(0..usize::MAX), Err(outside(0, usize::MAX)));
    #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
    let reversed = 5..3;
    assert_eq!(memory.slice(reversed.clone()), Err(Reversed { start: 5, end: 3 }));
    assert_eq!(memory.slice_mut(reversed), Err(Reversed { start: 5, end: 3 }));
    assert_eq!(memory.slice_mut(7..9), Err(outside(7, 2)));
    memory.slice_mut(0..2).unwrap().fill(9);
    assert_eq!(memory, [9, 9, 2, 3, 4, 5, 6, 7]);
    assert_eq!(memory.data_len(), 8);
}

#[test]
fn values_need_no_alignment_and_views_do() {
    let mut bytes = COUNT;
    let memory = &mut bytes.0[..];
    assert_eq!(memory.read_value::<u32>(3).map(u32::to_ne_bytes), Ok([3, 4, 5, 6]));
    assert_eq!(memory.read_value::<u32>(5), Err(outside(5, 4)));
    assert_eq!(memory.view::<u32>(4).map(|value| value.to_ne_bytes()), Ok([4, 5, 6, 7]));
    assert_eq!(memory.view::<u32>(3), Err(Misaligned { offset: 3, align: 4 }));
    assert_eq!(memory.view_mut::<u16>(1), Err(Misaligned { offset: 1, align: 2 }));
    assert_eq!(memory.view::<u32>(6), Err(outside(6, 4)));
    assert_eq!(memory.view_mut::<u64>(1), Err(outside(1, 8)));
    *memory.view_mut::<u16>(6).unwrap() = 0;
    assert_eq!(memory, [0, 1, 2, 3, 4, 5, 0, 0]);
    assert_eq!(memory.view::<()>(8), Ok(&()));
    assert_eq!(memory.view::<()>(9), Err(outside(9, 0)));
}

#[test]
fn a_dump_shows_what_there_is() {
    let memory = &b"abcdefgh"[..];
    assert_eq!(memory.dump(6..100, 4).to_string(), "0006: 67 68  |gh|");
    assert_eq!(memory.dump(9..100, 4).to_string(), "");
    #[expect(clippy::reversed_empty_ranges, reason = "it is empty")]
    let reversed = 5..3;
    assert_eq!(memory.dump(reversed, 4).to_string(), "");
}
