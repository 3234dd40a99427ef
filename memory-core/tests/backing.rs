//! A shared memory whose bytes an interpreter holds.

#![cfg(not(loom))]

use std::thread;

use vellum_memory::{
    AtomicAccess, Backing, MemoryAccess, MemoryError, MemoryType, Platform, SharedError,
    SharedMemory, TypeError, Wait, WaitResult,
};

/// Runs a guest on bytes of its own, out of the shared memory's sight. A page is one byte.
struct Interpreter {
    bytes: Vec<u8>,
    ty: MemoryType,
}

impl Interpreter {
    fn new(ty: MemoryType) -> Self {
        Self { bytes: vec![0; ty.minimum() as usize], ty }
    }

    /// A slice of a guest that counts at 8, and grows the memory when the count is a multiple of 4.
    fn run(&mut self) {
        let count = self.bytes[8] + 1;
        self.bytes[8] = count;
        if count.is_multiple_of(4) {
            self.bytes.push(0);
        }
    }
}

impl MemoryAccess for Interpreter {
    fn data(&self) -> &[u8] {
        &self.bytes
    }

    fn data_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl Backing for Interpreter {
    fn ty(&self) -> MemoryType {
        self.ty
    }

    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn grow(&mut self, delta: u64) -> Result<u64, MemoryError> {
        let size = self.size();
        let maximum = self.ty.maximum().unwrap();
        match size.checked_add(delta).filter(|&grown| grown <= maximum) {
            None => Err(MemoryError::PastMaximum { size, delta, maximum }),
            Some(grown) => {
                self.bytes.resize(grown as usize, 0);
                Ok(size)
            }
        }
    }
}

fn interpreter(maximum: u64) -> SharedMemory<Interpreter> {
    let ty = MemoryType::builder().min(32).max(Some(maximum)).page_size_log2(0).build().unwrap();
    SharedMemory::over(Interpreter::new(ty)).unwrap().on(&Platform::STD)
}

#[test]
fn what_the_guest_does_in_a_slice_is_seen_by_all() {
    let memory = interpreter(36);
    for slice in 1..=8_u8 {
        memory.lock().unwrap().backing_mut().run();
        assert_eq!(memory.atomic_load(8), Ok(slice));
        let pages = 32 + usize::from(slice / 4);
        assert_eq!((memory.size(), memory.data_len()), (pages as u64, pages));
        assert_eq!(memory.atomic_load(pages - 1), Ok(0_u8));
        assert!(memory.atomic_load::<u8>(pages).is_err());
    }
    assert_eq!(memory.grow(2), Ok(34));
    assert_eq!((memory.size(), memory.lock().unwrap().backing().bytes.len()), (36, 36));
    let past = MemoryError::PastMaximum { size: 36, delta: 1, maximum: 36 };
    assert_eq!(memory.grow(1), Err(SharedError::Memory(past)));
}

#[test]
fn growth_in_a_slice_is_told_though_the_slice_panics() {
    let memory = interpreter(36);
    let result = thread::scope(|scope| {
        scope
            .spawn(|| {
                let mut guard = memory.lock().unwrap();
                (0..4).for_each(|_| guard.backing_mut().run());
                panic!("for the test");
            })
            .join()
    });
    assert!(result.is_err());
    assert_eq!((memory.size(), memory.atomic_load(8)), (33, Ok(4_u8)));
}

#[test]
fn others_count_and_wait_between_the_slices() {
    const SLICES: u8 = if cfg!(miri) { 12 } else { 100 };
    let memory = interpreter(64);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..SLICES {
                memory.atomic_add(16, 1_u32).unwrap();
            }
            while memory.atomic_notify(8, 1).unwrap() == 0 {
                thread::yield_now();
            }
        });
        for slice in 1..=SLICES {
            let mut guard = memory.lock().unwrap();
            let before: u32 = guard.atomic_load(16).unwrap();
            guard.backing_mut().run();
            assert_eq!(guard.atomic_load(8), Ok(slice));
            assert_eq!(guard.atomic_load(16), Ok(before), "a slice is not divided");
        }
        let end = memory.atomic_wait32(8, u32::from(SLICES), None);
        assert_eq!(end, Ok(WaitResult::Ok));
    });
    assert_eq!(memory.atomic_load(16), Ok(u32::from(SLICES)));
    assert_eq!(memory.size(), 32 + u64::from(SLICES) / 4);
    assert_eq!(memory.lock().unwrap().wait32(16, 0, None), Ok(Wait::NotEqual));
    assert_eq!(memory.into_inner().bytes[8], SLICES);
}

#[test]
fn its_type_must_be_that_of_a_shared_memory() {
    let over = |ty| SharedMemory::<_, 1>::over(Interpreter::new(ty)).map(|_| ());
    assert_eq!(over(MemoryType::new(1, None)), Err(TypeError::SharedWithoutMaximum));
    let wide = MemoryType::new64(1, Some(1));
    assert_eq!(over(wide), Err(TypeError::SharedWith64BitAddresses));
    assert_eq!(over(MemoryType::new(0, Some(1))), Ok(()));
}
