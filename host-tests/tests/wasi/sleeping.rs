//! Sleeping until a time, or an event.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use vellum::{Config, Error, Limit, Nanoseconds, Platform};
use vellum_host_tests::wasi::{BADF, END, FAULT, Guest, Host, PAGES};

/// A wait for a clock, in the layout of the interface.
fn subscription(user: u64, kind: u8, of: u32, time: u64, absolute: bool) -> [u8; 48] {
    let mut bytes = [0; 48];
    bytes[..8].copy_from_slice(&user.to_le_bytes());
    bytes[8] = kind;
    bytes[16..20].copy_from_slice(&of.to_le_bytes());
    bytes[24..32].copy_from_slice(&time.to_le_bytes());
    bytes[40] = absolute.into();
    bytes
}

/// A clock that goes on by a microsecond whenever it is looked at: one for each test.
fn counting<const CLOCK: usize>() -> u64 {
    static NOW: [AtomicU64; 2] = [const { AtomicU64::new(0) }; 2];
    NOW[CLOCK].fetch_add(1000, Ordering::Relaxed)
}

#[test]
fn a_guest_sleeps_until_the_first_event() {
    static PLATFORM: Platform = Platform::ONE_CORE.with_clock(|| Nanoseconds(counting::<0>()));
    let mut config = Config::new();
    config.page_pool(&PAGES).platform(&PLATFORM).threads(true);
    let mut guest = Guest::with(Host::default(), &config);
    guest.put(0, &subscription(5, 0, 1, 2_000_000, false));
    guest.put(48, &subscription(6, 0, 1, 1_000_000, false));
    guest.put(96, &subscription(7, 2, 1, 0, false));
    let start = counting::<0>();
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 2, 300]), 0);
    let slept = counting::<0>() - start;
    assert!((1_000_000..1_100_000).contains(&slept), "{slept}");
    assert_eq!(u32::from_le_bytes(guest.get(300)), 1);
    assert_eq!(u64::from_le_bytes(guest.get(200)), 6);
    assert_eq!(guest.get(208), [0, 0, 0, 0]);

    // What is ready already needs no sleep.
    let start = counting::<0>();
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 3, 300]), 0);
    assert_eq!(u64::from_le_bytes(guest.get(200)), 7);
    assert_eq!(guest.get(208), [0, 0, 2, 0]);
    guest.put(0, &subscription(8, 0, 1, start, true));
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, 300]), 0);
    assert!(counting::<0>() - start < 100_000);
}

#[test]
fn a_guest_sleeps_no_longer_than_it_may() {
    static PLATFORM: Platform = Platform::ONE_CORE.with_clock(|| Nanoseconds(counting::<1>()));
    let mut config = Config::new();
    config.page_pool(&PAGES).platform(&PLATFORM).threads(true);
    config.max_wait(Duration::from_millis(1));
    let mut guest = Guest::with(Host::default(), &config);
    guest.put(0, &subscription(5, 0, 1, 1_000_000, false));
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, 300]), 0);
    guest.put(0, &subscription(5, 0, 1, 1_000_001, false));
    let start = counting::<1>();
    let Error::LimitExceeded(exceeded) =
        guest.try_call("poll_oneoff", &[0, 200, 1, 300]).unwrap_err()
    else {
        panic!("there is a limit");
    };
    assert_eq!((exceeded.limit, exceeded.maximum), (Limit::Wait, 1_000_000));
    assert_eq!(exceeded.found, 1_000_001);
    assert!(counting::<1>() - start < 100_000);
}

#[test]
fn not_every_wait_is_possible() {
    let mut guest = Guest::new(Host { clock: true, ..Host::default() });
    guest.put(0, &subscription(5, 0, 1, 1, false));
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, 300]), 58);
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 0, 300]), 28);
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 65, 300]), 28);
    assert_eq!(guest.call("poll_oneoff", &[END - 47, 200, 1, 300]), FAULT);
    guest.put(0, &subscription(5, 2, 1, 0, false));
    assert_eq!(guest.call("poll_oneoff", &[0, END - 31, 1, 300]), FAULT);
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, -1]), FAULT);
    for (kind, of, result) in [(1, 1, BADF), (2, 0, BADF), (3, 0, 28), (1, 0, 0)] {
        guest.put(0, &subscription(5, kind, of, 0, false));
        assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, 300]), result, "{kind} {of}");
    }
}
