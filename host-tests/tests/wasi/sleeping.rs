//! Sleeping until a time, or an event.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use vellum::{Config, Error, Limit, Nanoseconds, Platform, wasi};
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
    static NOW: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];
    NOW[CLOCK].fetch_add(1000, Ordering::Relaxed)
}

#[test]
fn a_guest_sleeps_until_the_first_event() {
    for threads in [false, true] {
        sleep_until_the_first_event(threads);
    }
}

fn sleep_until_the_first_event(threads: bool) {
    static PLATFORM: Platform = Platform::ONE_CORE.with_clock(|| Nanoseconds(counting::<0>()));
    let mut config = Config::new();
    config.page_pool(&PAGES).platform(&PLATFORM).threads(threads);
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
    for threads in [false, true] {
        sleep_too_long(threads);
    }
}

fn sleep_too_long(threads: bool) {
    static PLATFORM: Platform = Platform::ONE_CORE.with_clock(|| Nanoseconds(counting::<1>()));
    let mut config = Config::new();
    config.page_pool(&PAGES).platform(&PLATFORM).threads(threads);
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
    let mut guest = Guest::new(Host::default());
    guest.put(0, &subscription(5, 0, 1, 1, false));
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, 300]), 58);
    guest.put(0, &subscription(5, 0, 2, 1, false));
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

#[test]
fn a_guest_sleeps_by_the_clock_of_its_host_if_the_platform_has_one_too() {
    static PLATFORM: Platform = Platform::ONE_CORE.with_clock(|| Nanoseconds(0));
    let host = Host { clock: true, ..Host::default() };
    let mut config = Config::new();
    config.page_pool(&PAGES);
    for (platform, result, asked) in [(&Platform::ONE_CORE, 58, 0..1), (&PLATFORM, 0, 1000..1100)] {
        let mut guest = Guest::with(host.clone(), config.platform(platform));
        guest.put(0, &subscription(5, 0, 1, 1_000_000, false));
        assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, 300]), result);
        assert!(asked.contains(&host.asked.load(Ordering::Relaxed)), "{result}");
    }
}

#[test]
fn a_guest_that_is_polled_gives_way_while_it_sleeps() {
    static PLATFORM: Platform = Platform::ONE_CORE.with_clock(|| Nanoseconds(counting::<2>()));
    let mut config = Config::new();
    config.page_pool(&PAGES).platform(&PLATFORM);
    let mut guest = Guest::with(Host::default(), &config);
    guest.put(0, &subscription(5, 0, 1, 1_000_000, false));
    type Parameters = (i32, i32, i32, i32);
    let poll = guest.instance.get_typed_func::<Parameters, i32>(&guest.store, "poll_oneoff");
    let poll = poll.unwrap();
    let mut call = pin!(poll.call_async(&mut guest.store, (0, 200, 1, 300)));
    let mut context = Context::from_waker(Waker::noop());
    let start = counting::<2>();
    let mut pending = 0;
    let result = loop {
        match call.as_mut().poll(&mut context) {
            Poll::Ready(result) => break result,
            Poll::Pending => pending += 1,
        }
    };
    assert_eq!(result.unwrap(), 0);
    assert!((900..=1000).contains(&pending), "{pending}");
    assert!(counting::<2>() - start >= 1_000_000);
}

#[test]
fn clocks_of_the_version_before_are_described_further_behind() {
    static PLATFORM: Platform = Platform::ONE_CORE.with_clock(|| Nanoseconds(counting::<3>()));
    let mut config = Config::new();
    config.page_pool(&PAGES).platform(&PLATFORM);
    let mut guest = Guest::of_version(Host::default(), &config, "1 1", wasi::UNSTABLE);
    let later = subscription(5, 0, 1, 2_000_000, false);
    let sooner = subscription(6, 0, 1, 1_000_000, false);
    for (at, subscription) in [(0, later), (56, sooner)] {
        guest.put(at, &subscription[..16]);
        guest.put(at + 16, &u64::MAX.to_le_bytes());
        guest.put(at + 24, &subscription[16..]);
    }
    let start = counting::<3>();
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 2, 300]), 0);
    let slept = counting::<3>() - start;
    assert!((1_000_000..1_100_000).contains(&slept), "{slept}");
    assert_eq!(u64::from_le_bytes(guest.get(200)), 6);
    // A file is where it is in the later version.
    guest.put(0, &subscription(7, 2, 2, 0, false)[..20]);
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, 300]), 0);
    assert_eq!(u64::from_le_bytes(guest.get(200)), 7);
    assert_eq!(guest.call("poll_oneoff", &[END - 55, 200, 1, 300]), FAULT);
}
