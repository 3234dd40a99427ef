//! Any calls of the system interface, with pointers at the edges of the guest's memory.

use crate::wasi::{FUNCTIONS, Guest, Host, PAGES};
use arbitrary::{Result, Unstructured};
use std::{ops::Range, time::Duration};
use vellum::{Config, Error, Nanoseconds, Platform, wasi::Errno};

/// Most bytes of one `fd_write`.
const MOST_WRITTEN: usize = 4096;
const MOST_CALLS: usize = 100;
/// Parameters of `path_open`.
const MOST_PARAMETERS: usize = 9;

/// Strings that a program is started with.
const ARGS: &[&str] = &["fuzz", "", "--long=argument"];
const ENVIRON: &[(&str, &str)] = &[("A", "1"), ("EMPTY", "")];

/// Memories, as text and in bytes.
const MEMORIES: [(&str, i64); 5] = [
    ("1 1", 65_536),
    ("0 0", 0),
    ("100 100 (pagesize 1)", 100),
    ("3 3 (pagesize 1)", 3),
    ("2 2", 131_072),
];

/// A clock that goes on whenever it is looked at.
fn now() -> Nanoseconds {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NOW: AtomicU64 = AtomicU64::new(0);
    Nanoseconds(NOW.fetch_add(1000, Ordering::Relaxed))
}

static MACHINE: Platform = Platform::ONE_CORE.with_clock(now);

/// Whether the bytes say any call.
pub(super) fn run(data: &[u8]) -> bool {
    calls(&mut Unstructured::new(data)).is_ok()
}

fn calls(u: &mut Unstructured<'_>) -> Result<()> {
    let (limits, end) = *u.choose(&MEMORIES)?;
    let host = Host {
        clock: u.arbitrary()?,
        random: u.arbitrary()?,
        broken: u.ratio(1, 4)?,
        args: u.arbitrary::<bool>()?.then_some(ARGS),
        environ: if u.arbitrary()? { ENVIRON } else { &[] },
        ..Host::default()
    };
    let mut config = Config::new();
    config.page_pool(&PAGES).consume_fuel(true);
    if u.arbitrary()? {
        config.platform(&MACHINE).max_wait(Duration::from_micros(50));
        if u.arbitrary()? {
            config.threads(true);
        }
    }
    let mut guest = Guest::of_memory(host, &config, limits);
    for _ in 0..u.int_in_range(1..=MOST_CALLS)? {
        if u.ratio(1, 2)? {
            write(u, &mut guest, end)?;
        }
        call(u, &mut guest, end)?;
    }
    Ok(())
}

/// Fills a part of the memory: with any bytes, or with numbers such as a guest's pointers are.
fn write(u: &mut Unstructured<'_>, guest: &mut Guest, end: i64) -> Result<()> {
    let mut bytes = Vec::new();
    for _ in 0..u.int_in_range(1..=24)? {
        let number = if u.arbitrary()? { number(u, end)? } else { u.int_in_range(0..=4)? };
        bytes.extend_from_slice(&(number as u32).to_le_bytes());
    }
    let room = (end as usize).saturating_sub(bytes.len());
    let at = u.int_in_range(0..=room)?;
    bytes.truncate(end as usize);
    guest.put(at, &bytes);
    Ok(())
}

/// A number, often near an edge of the memory.
fn number(u: &mut Unstructured<'_>, end: i64) -> Result<i64> {
    Ok(match u.int_in_range(0..=9)? {
        0..=1 => u.int_in_range(0..=4)?,
        2..=4 => end - u.int_in_range(0..=40)?,
        5 => end + u.int_in_range(0..=8)?,
        6..=7 => u.int_in_range(0..=200)?,
        8 => -u.int_in_range(1..=40)?,
        _ => u.arbitrary()?,
    })
}

fn call(u: &mut Unstructured<'_>, guest: &mut Guest, end: i64) -> Result<()> {
    let (name, params) = *u.choose(&FUNCTIONS)?;
    let mut arguments = [0; MOST_PARAMETERS];
    for argument in &mut arguments[..params.split_whitespace().count()] {
        *argument = number(u, end)?;
    }
    guest.store.set_fuel(100_000).expect("the engine counts fuel");
    let before = contents(guest, end);
    guest.store.data_mut().printed.lock().expect("nothing panics while it prints").clear();
    let result = guest.try_call(name, &arguments);
    let after = contents(guest, end);
    let about = || format!("{name} {arguments:?} of a memory of {end} bytes: {result:?}");
    let outputs = outputs(name, arguments);
    if before != after {
        for (at, (was, is)) in before.iter().zip(&after).enumerate() {
            let may = was == is || outputs.iter().any(|output| output.contains(&(at as u64)));
            assert!(may, "{}: byte {at} has changed", about());
        }
    }
    let printed = guest.store.data().printed.lock().expect("nothing panics while it prints");
    let printed: usize = printed.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(printed <= MOST_WRITTEN, "{}: printed {printed} bytes", about());
    match &result {
        Ok(0) if name == "fd_write" => {
            let at = outputs[0].start as usize;
            assert_eq!(after[at..at + 4], (printed as u32).to_le_bytes(), "{}", about());
        }
        Ok(0) => {}
        Ok(errno) => {
            const ERRNOS: [Errno; 10] = [
                Errno::BadF,
                Errno::Fault,
                Errno::Inval,
                Errno::Io,
                Errno::NoEnt,
                Errno::NoSys,
                Errno::NotDir,
                Errno::NotSock,
                Errno::NotSup,
                Errno::SPipe,
            ];
            let known = ERRNOS.iter().any(|known| *known as i32 == *errno);
            assert!(known, "{}", about());
        }
        Err(Error::OutOfFuel | Error::LimitExceeded(_)) => {}
        Err(_) => panic!("{}", about()),
    }
    Ok(())
}

fn contents(guest: &Guest, end: i64) -> Vec<u8> {
    let mut bytes = vec![0; end as usize];
    guest.memory().read(&guest.store, 0, &mut bytes).expect("the memory has so many bytes");
    bytes
}

/// Where a function may write.
fn outputs(name: &str, arguments: [i64; MOST_PARAMETERS]) -> Vec<Range<u64>> {
    let part = |index: usize, length: u64| {
        let start = u64::from(arguments[index] as u32);
        start..start + length
    };
    match name {
        "args_sizes_get" | "environ_sizes_get" => vec![part(0, 4), part(1, 4)],
        "args_get" | "environ_get" => vec![part(0, 12), part(1, 24)],
        "fd_filestat_get" => vec![part(1, 64)],
        "clock_time_get" => vec![part(2, 8)],
        "clock_res_get" => vec![part(1, 8)],
        "fd_write" | "fd_read" => vec![part(3, 4)],
        "fd_fdstat_get" => vec![part(1, 24)],
        "poll_oneoff" => vec![part(1, 32), part(3, 4)],
        "random_get" => vec![part(0, u64::from(arguments[1] as u32))],
        _ => Vec::new(),
    }
}
