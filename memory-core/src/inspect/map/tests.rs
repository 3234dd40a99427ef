use std::format;
use std::string::ToString;
use std::vec::Vec;

use super::*;

fn shown(layout: Layout<'_>, size: usize) -> Vec<(&'static str, Range<usize>)> {
    let bytes = std::vec![0; size];
    let map = MemoryMap::new(&bytes, layout);
    map.regions().map(|region| (region.kind().name(), region.range())).collect()
}

#[test]
fn a_stack_that_lies_first() {
    let segments = [32..40, 40..44];
    let layout = Layout::new()
        .with_segments(&segments)
        .with("__stack_pointer", 32)
        .with("__data_end", 50)
        .with("__heap_base", 64);
    let expected = [
        ("stack", 0..32),
        ("data", 32..40),
        ("data", 40..44),
        ("bss", 44..50),
        ("free", 50..64),
        ("heap", 64..100),
    ];
    assert_eq!(shown(layout, 100), expected);
}

#[test]
fn a_stack_that_lies_behind_the_data() {
    let segments = [16..18, 18..20];
    let layout = Layout::new()
        .with_segments(&segments)
        .with("__data_end", 24)
        .with("__stack_pointer", 64)
        .with("__heap_base", 64);
    let expected = [
        ("free", 0..16),
        ("data", 16..18),
        ("data", 18..20),
        ("bss", 20..24),
        ("stack", 24..64),
        ("heap", 64..65),
    ];
    assert_eq!(shown(layout, 65), expected);
}

#[test]
fn without_segments_static_data_is_data() {
    let layout = Layout::new().with("__global_base", 8).with("__data_end", 12);
    assert_eq!(shown(layout, 16), [("free", 0..8), ("data", 8..12), ("free", 12..16)]);
    assert_eq!(shown(Layout::new(), 16), [("free", 0..16)]);
    assert!(shown(layout, 0).is_empty());
}

#[test]
fn hostile_layouts_tile_the_memory() {
    let values = [0, 1, 7, 15, 16, 17, usize::MAX - 1, usize::MAX];
    let segments: [&[Range<usize>]; 5] = [
        &[],
        &[0..usize::MAX, 0..9],
        #[expect(clippy::reversed_empty_ranges, reason = "a hostile one")]
        &[9..3, 5..5, 2..7, 1..4, 14..99],
        &[3..3, 3..3, 3..4],
        &[usize::MAX..usize::MAX, 0..1],
    ];
    for segments in segments {
        for (a, b, c) in triples(&values) {
            let layout = Layout::new()
                .with_segments(segments)
                .with("__stack_pointer", a)
                .with("__data_end", b)
                .with("__heap_base", c);
            for layout in [layout, layout.with("__stack_low", c).with("__global_base", a)] {
                let mut end = 0;
                for (_, range) in shown(layout, 16) {
                    assert_eq!(range.start, end, "{layout:?}");
                    assert!(range.end > end, "{layout:?}");
                    end = range.end;
                }
                assert_eq!(end, 16, "{layout:?}");
            }
        }
    }
}

fn triples(values: &[usize]) -> impl Iterator<Item = (usize, usize, usize)> {
    values.iter().flat_map(move |&a| {
        values.iter().flat_map(move |&b| values.iter().map(move |&c| (a, b, c)))
    })
}

#[test]
fn a_painted_stack_shows_its_high_water() {
    let mut bytes = [0; 32];
    let layout = Layout::new().with("__stack_pointer", 16).with("__data_end", 20);
    let paint = StackPaint::new(&mut bytes, layout.stack().unwrap()).unwrap();
    bytes[10] = 0;
    let map = MemoryMap::new(&bytes, layout).with_paint(paint);
    assert_eq!(
        format!("{map:#}"),
        "0000..0010  stack         16 bytes, high water 6\n\
         0010..0014  data           4 bytes, all zero\n\
         0014..0020  free          12 bytes, all zero"
    );
}

#[test]
fn large_memories_have_long_addresses() {
    let bytes = std::vec![1; 0x1_0000];
    let map = MemoryMap::new(&bytes, Layout::new()).to_string();
    assert_eq!(map, "00000000..00010000  free      65,536 bytes, 65,536 not zero");
}
