//! Ends that no guest brings about, so that what the handlers make of them can be tested.

use alloc::vec::Vec;
use core::hint::black_box;

/// How the firmware crashes.
#[derive(Clone, Copy, Debug)]
enum Crash {
    Panic,
    Fault,
    Stack,
    Heap,
}

/// Crashes on the last core, if `how` names a way of doing so.
pub(super) fn crash(how: &str) {
    let crash = match how {
        "panic" => Crash::Panic,
        "fault" => Crash::Fault,
        "stack" => Crash::Stack,
        "heap" => Crash::Heap,
        _ => return,
    };
    crate::cores::on_last(move || match crash {
        Crash::Panic => panic!("asked for"),
        Crash::Fault => cortex_m::asm::udf(),
        Crash::Stack => drop(black_box(deep(0))),
        Crash::Heap => drop(black_box(Vec::<u8>::with_capacity(usize::MAX / 4))),
    });
}

/// Uses up any stack.
#[inline(never)]
fn deep(depth: u32) -> u32 {
    let frame = black_box([depth; 64]);
    if black_box(depth) == u32::MAX { 0 } else { deep(depth + 1) + frame.iter().sum::<u32>() }
}
