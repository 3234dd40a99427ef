//! A linear memory does what a vector does that may not grow past its limit.

use proptest::prelude::*;
use vellum_memory::{
    AccessError, LinearMemory, MemoryAccess, MemoryError, MemoryType, PAGE_SIZE, PagePool,
};

static POOL: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();

const CASES: u32 = if cfg!(miri) { 4 } else { 256 };
const STEPS: usize = if cfg!(miri) { 25 } else { 60 };

/// A place near the start or the end of a memory, or far outside.
#[derive(Clone, Debug)]
enum Offset {
    FromStart(usize),
    BeforeEnd(usize),
    PastEnd(usize),
    Far(usize),
}

impl Offset {
    fn of(&self, size: usize) -> usize {
        match *self {
            Self::FromStart(offset) => offset,
            Self::BeforeEnd(back) => size.saturating_sub(back),
            Self::PastEnd(on) => size + on,
            Self::Far(back) => usize::MAX - back,
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Grow(u64),
    Read(Offset, usize),
    Write(Offset, Vec<u8>),
    Slice(Offset, Offset),
    Fill(Offset, usize, u8),
    Value(Offset),
    SetValue(Offset, u64),
    View(Offset),
    SetView(Offset, u32),
}

fn offset() -> impl Strategy<Value = Offset> {
    prop_oneof![
        4 => (0..40_usize).prop_map(Offset::FromStart),
        4 => (0..40_usize).prop_map(Offset::BeforeEnd),
        1 => (0..40_usize).prop_map(Offset::PastEnd),
        1 => (0..40_usize).prop_map(Offset::Far),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let len = prop_oneof![8 => 0..40_usize, 1 => Just(70_000_usize)];
    let delta = prop_oneof![8 => 0..60_u64, 4 => 0..2_u64, 1 => u64::MAX - 60..=u64::MAX];
    prop_oneof![
        3 => delta.prop_map(Step::Grow),
        2 => (offset(), len.clone()).prop_map(|(at, len)| Step::Read(at, len)),
        3 => (offset(), prop::collection::vec(any::<u8>(), 0..40))
            .prop_map(|(at, bytes)| Step::Write(at, bytes)),
        2 => (offset(), offset()).prop_map(|(start, end)| Step::Slice(start, end)),
        2 => (offset(), len, any::<u8>()).prop_map(|(at, len, byte)| Step::Fill(at, len, byte)),
        1 => offset().prop_map(Step::Value),
        1 => (offset(), any::<u64>()).prop_map(|(at, value)| Step::SetValue(at, value)),
        1 => offset().prop_map(Step::View),
        1 => (offset(), any::<u32>()).prop_map(|(at, value)| Step::SetView(at, value)),
    ]
}

/// A valid type whose memory fits the pool, and a reserve.
fn declaration() -> impl Strategy<Value = (MemoryType, Option<u64>)> {
    let bytes = (0..200_u64, prop::option::of(0..200_u64), Just(0_u8));
    let pages = (0..3_u64, prop::option::of(0..2_u64), Just(16_u8));
    let type_ = prop_oneof![bytes, pages].prop_map(|(minimum, more, log2)| {
        let maximum = more.map(|more| minimum + more);
        MemoryType::builder().min(minimum).max(maximum).page_size_log2(log2).build()
    });
    (type_, prop::option::of(0..2_u64)).prop_map(|(ty, reserve)| (ty.expect("valid"), reserve))
}

struct Model {
    bytes: Vec<u8>,
    page_size: usize,
    maximum: Option<u64>,
    capacity: u64,
}

impl Model {
    fn new(ty: MemoryType, reserve: Option<u64>) -> Self {
        let page_size = 1 << ty.page_size_log2();
        let most = match reserve {
            Some(reserve) => ty.minimum() + reserve,
            None => ty.maximum().unwrap_or(ty.minimum()),
        };
        Self {
            bytes: vec![0; ty.minimum() as usize * page_size],
            page_size,
            maximum: ty.maximum(),
            capacity: most.min(ty.maximum().unwrap_or(most)),
        }
    }

    fn size(&self) -> u64 {
        (self.bytes.len() / self.page_size) as u64
    }

    fn grow(&mut self, delta: u64) -> Result<u64, MemoryError> {
        let size = self.size();
        let grown = size.checked_add(delta);
        if let Some(maximum) = self.maximum.filter(|&most| grown.is_none_or(|grown| grown > most)) {
            return Err(MemoryError::PastMaximum { size, delta, maximum });
        }
        match grown.filter(|&grown| grown <= self.capacity) {
            Some(grown) => self.bytes.resize(grown as usize * self.page_size, 0),
            None => return Err(MemoryError::PastLease { size, delta, capacity: self.capacity }),
        }
        Ok(size)
    }

    fn range(&mut self, offset: usize, len: usize) -> Result<&mut [u8], AccessError> {
        let size = self.bytes.len();
        let all = &mut self.bytes[..];
        all.get_mut(offset..).and_then(|rest| rest.get_mut(..len)).ok_or(AccessError::OutOfBounds {
            offset,
            len,
            size,
        })
    }
}

fn run(memory: &mut LinearMemory, model: &mut Model, step: Step) {
    let size = model.bytes.len();
    match step {
        Step::Grow(delta) => assert_eq!(memory.grow(delta), model.grow(delta)),
        Step::Read(at, len) => {
            let at = at.of(size);
            let mut buffer = vec![0xee; len];
            let expected = model.range(at, len).map(|bytes| bytes.to_vec());
            assert_eq!(memory.read(at, &mut buffer), expected.clone().map(drop));
            assert_eq!(buffer, expected.unwrap_or(vec![0xee; len]));
        }
        Step::Write(at, bytes) => {
            let at = at.of(size);
            let expected = model.range(at, bytes.len());
            assert_eq!(memory.write(at, &bytes), expected.map(|to| to.copy_from_slice(&bytes)));
        }
        Step::Slice(start, end) => {
            let (start, end) = (start.of(size), end.of(size));
            let expected = match end.checked_sub(start) {
                Some(len) => model.range(start, len).map(|bytes| &*bytes),
                None => Err(AccessError::Reversed { start, end }),
            };
            assert_eq!(memory.slice(start..end), expected);
        }
        Step::Fill(at, len, byte) => {
            let at = at.of(size);
            let expected = model.range(at, len).map(|bytes| bytes.fill(byte));
            let filled = memory.slice_mut(at..at.saturating_add(len));
            if at.checked_add(len).is_some() {
                assert_eq!(filled.map(|bytes| bytes.fill(byte)), expected);
            } else {
                assert!(filled.is_err() && expected.is_err());
            }
        }
        Step::Value(at) => {
            let at = at.of(size);
            let expected = model.range(at, 8).map(|bytes| bytes.to_vec());
            let value = memory.read_value::<u64>(at).map(|value| value.to_ne_bytes().to_vec());
            assert_eq!(value, expected);
        }
        Step::SetValue(at, value) => {
            let at = at.of(size);
            let expected = model.range(at, 8);
            let expected = expected.map(|bytes| bytes.copy_from_slice(&value.to_ne_bytes()));
            assert_eq!(memory.write_value(at, &value), expected);
        }
        Step::View(at) => {
            let at = at.of(size);
            let expected = model.range(at, 4).map(|bytes| bytes.to_vec());
            let view = memory.view::<u32>(at).map(|value| value.to_ne_bytes().to_vec());
            assert_eq!(view, aligned(at, expected));
        }
        Step::SetView(at, value) => {
            let at = at.of(size);
            let viewed = memory.view_mut::<u32>(at).map(|view| *view = value);
            assert_eq!(viewed, aligned(at, model.range(at, 4).map(drop)));
            if viewed.is_ok() {
                model.range(at, 4).unwrap().copy_from_slice(&value.to_ne_bytes());
            }
        }
    }
}

/// What a view gives whose bytes are there: a lease starts at a multiple of 16.
fn aligned<T>(offset: usize, bytes: Result<T, AccessError>) -> Result<T, AccessError> {
    match bytes {
        Ok(_) if !offset.is_multiple_of(4) => Err(AccessError::Misaligned { offset, align: 4 }),
        bytes => bytes,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_memory_is_its_model(
        (ty, reserve) in declaration(),
        steps in prop::collection::vec(step(), 1..STEPS),
    ) {
        POOL.lease_unscrubbed(POOL.capacity()).unwrap().bytes_mut().fill(0xaa);
        let mut memory = match reserve {
            Some(reserve) => LinearMemory::with_reserve(&POOL, ty, reserve).unwrap(),
            None => LinearMemory::new(&POOL, ty).unwrap(),
        };
        let mut model = Model::new(ty, reserve);
        let address = memory.data().as_ptr();
        for step in steps {
            run(&mut memory, &mut model, step);
            prop_assert_eq!(memory.data(), &model.bytes[..]);
            prop_assert_eq!((memory.size(), memory.capacity()), (model.size(), model.capacity));
            prop_assert_eq!((memory.data_len(), memory.data_size()), (model.bytes.len(), model.bytes.len()));
        }
        prop_assert!(memory.data().is_empty() || address == memory.data().as_ptr());
        drop(memory);
        prop_assert_eq!(POOL.free(), POOL.capacity());
    }

    #[test]
    fn a_dump_of_any_width_shows_every_byte_once(
        bytes in prop::collection::vec(any::<u8>(), 0..100),
        start in 0..120_usize,
        len in 0..120_usize,
        width in 0..40_usize,
    ) {
        let shown = bytes.get(start..(start + len).min(bytes.len())).unwrap_or_default();
        let text = bytes[..].dump(start..start + len, width).to_string();
        let width = if width == 0 { 16 } else { width };
        let bars: Vec<_> = text.lines().map(|line| line.find("  |").expect("a text column")).collect();
        prop_assert!(bars.windows(2).all(|pair| pair[0] == pair[1]));
        prop_assert_eq!(text.lines().count(), shown.len().div_ceil(width));
        for (line, chunk) in text.lines().zip(shown.chunks(width)) {
            let hex = chunk.iter().map(|byte| format!(" {byte:02x}")).collect::<String>();
            prop_assert_eq!(line.get(5..5 + hex.len()), Some(&hex[..]));
            let ascii = chunk.iter().map(|&byte| match byte {
                b' '..=b'~' => char::from(byte),
                _ => '.',
            });
            let ascii = format!("  |{}|", ascii.collect::<String>());
            prop_assert!(line.ends_with(&ascii));
        }
        let addresses = text.lines().map(|line| usize::from_str_radix(&line[..4], 16).unwrap());
        let expected = (0..).map(|line| start + line * width);
        prop_assert!(addresses.zip(expected).all(|(address, expected)| address == expected));
    }
}
