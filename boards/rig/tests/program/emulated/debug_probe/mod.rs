//! An emulated chip on a debug probe: the RTT channel of an image for hardware, read through QEMU's debugger port
//! as a probe reads it from a chip's memory.

mod debugger;

use debugger::Debugger;
use defmt_decoder::{DecodeError, Table};
use object::{Object, ObjectSymbol};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Where in the control block the only channel is, and what of it is where.
const CHANNEL: u32 = 24;
const BUFFER: usize = 4;
const SIZE: usize = 8;
const WRITTEN: usize = 12;
const READ: usize = 16;
const FLAGS: usize = 20;

/// The chip waits for room in the channel.
const BLOCKS: u32 = 2;

/// Boots an image in QEMU, and gives its log until it has ended, a line each, as `probe-rs run` prints them.
pub(super) fn log(machine: &str, elf: &Path) -> Vec<String> {
    let image = fs::read(elf).unwrap();
    let file = object::File::parse(&*image).unwrap();
    let address = |name: &str| {
        let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name)).unwrap();
        u32::try_from(symbol.address()).unwrap()
    };
    let table = Table::parse(&image).unwrap().unwrap();
    let mut decoder = table.new_stream_decoder();
    let mut debugger = Debugger::start(machine, elf);
    // Statics have their values there.
    debugger.run_to(address("main"));
    let channel = address("_SEGGER_RTT") + CHANNEL;
    debugger.write_word(channel + FLAGS as u32, BLOCKS);
    let mut lines = Vec::new();
    let end = Instant::now() + Duration::from_secs(120);
    while !lines.last().is_some_and(|line: &String| line.contains("end: status ")) {
        assert!(Instant::now() < end, "the chip does not end: {lines:?}");
        debugger.run();
        thread::sleep(Duration::from_millis(2));
        debugger.halt();
        decoder.received(&receive(&mut debugger, channel));
        loop {
            match decoder.decode() {
                Ok(frame) => {
                    let text = frame.display_message().to_string();
                    let level = frame.level().map(|level| level.as_str().to_uppercase());
                    let line = level.map_or(text.clone(), |level| format!("[{level:5}] {text}"));
                    lines.extend(line.lines().map(str::to_owned));
                }
                Err(DecodeError::Malformed) => {}
                Err(DecodeError::UnexpectedEof) => break,
            }
        }
    }
    lines
}

/// What the channel holds, which is empty then.
fn receive(debugger: &mut Debugger, channel: u32) -> Vec<u8> {
    let header = debugger.read(channel, FLAGS);
    let word = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().unwrap());
    let (buffer, size, written, read) = (word(BUFFER), word(SIZE), word(WRITTEN), word(READ));
    let mut bytes = debugger.read(buffer, size as usize);
    bytes.rotate_left(read as usize);
    bytes.truncate(((written + size - read) % size) as usize);
    debugger.write_word(channel + READ as u32, written);
    bytes
}
