//! The pass allocates no more than a small multiple of the module, whatever the module claims.
#![expect(unsafe_code, reason = "an allocator that counts is an unsafe trait's implementation")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use vellum_prepare::{Options, prepare, prepare_to_vec};

struct Counting;

static USED: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator as it is; counting touches no memory
// of the allocations.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let used = USED.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(used, Relaxed);
        // SAFETY: the caller keeps the contract of this very function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        USED.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of this very function.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The bytes that `run` had allocated at most.
fn peak<T>(run: impl FnOnce() -> T) -> usize {
    let before = USED.load(Relaxed);
    PEAK.store(before, Relaxed);
    drop(run());
    PEAK.load(Relaxed) - before
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len() as u32;
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    module.push(id);
    module.extend((0..5).map(|nth| {
        let more = if nth < 4 { 0x80 } else { 0 };
        (length >> (7 * nth)) as u8 & 0x7f | more
    }));
    module.extend(content);
    module
}

/// One test, because the counters are the whole program's.
#[test]
fn is_bounded_by_the_module() {
    let mut modules = Vec::new();
    // Every section claims as many items as can be written, and has none, or few.
    for id in 0..=13 {
        for count in [&[0xff, 0xff, 0xff, 0xff, 0x0f][..], &[0xc0, 0x84, 0x3d]] {
            for items in [&[][..], &[0; 6], &[0x60, 0, 0], &[0x4e, 0xc0, 0x84, 0x3d, 0x60, 0, 0]] {
                modules.push(section(id, &[count, items].concat()));
            }
        }
    }
    // As many items as there is room for.
    let many = |item: &[u8], count: u32| {
        let leb = [count as u8 | 0x80, (count >> 7) as u8 | 0x80, (count >> 14) as u8];
        [&leb[..], &item.repeat(count as usize)].concat()
    };
    modules.push(section(1, &many(&[0x60, 0, 0], 20_000)));
    modules.push(section(5, &many(&[0, 0], 100)));
    let mut data = section(5, &[1, 0, 1]);
    data.extend(&section(11, &many(&[0, 0x41, 0, 0x0b, 0], 20_000))[8..]);
    modules.push(data);
    let mut computed = section(2, &[1, 0, 0, 3, 0x7f, 0]);
    computed.extend(&section(5, &[1, 0, 1])[8..]);
    computed.extend(&section(11, &many(&[0, 0x23, 0, 0x0b, 0], 20_000))[8..]);
    modules.push(computed);

    for module in &modules {
        let allowed = 16 * module.len() + 8192;
        for peak in [
            peak(|| prepare(module, &Options::new())),
            peak(|| prepare_to_vec(module, &Options::new())),
        ] {
            assert!(peak <= allowed, "{peak} bytes for a module of {}", module.len());
        }
    }
    // An ordinary module: the code, the list of memories and that of segments.
    let module = wat::parse_str(r#"(module (memory 1) (data (i32.const 8) "page"))"#);
    let module = module.expect("the text is a module");
    let bytes = peak(|| prepare(&module, &Options::new()));
    assert!(bytes < 256, "{bytes} bytes");
    // Prepared ahead of time: no code.
    let ahead = prepare_to_vec(&module, &Options::new()).expect("a valid module");
    let bytes = peak(|| prepare(&ahead, &Options::new()));
    assert!(bytes < 128, "{bytes} bytes");
}
