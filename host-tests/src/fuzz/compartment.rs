//! Any bytes in a compartment of any size: loaded, linked, started, called and unloaded, twice.

use super::settings::{PAGES, Settings, rng};
use crate::hostile::attempt;
use vellum::{Config, Engine, Error, StaticBuffer};

const KIB: usize = 1024;

static SMALL: StaticBuffer<[u8; 96 * KIB]> = StaticBuffer::new();
static MIDDLE: StaticBuffer<[u8; 192 * KIB]> = StaticBuffer::new();
static LARGE: StaticBuffer<[u8; 768 * KIB]> = StaticBuffer::new();

/// The smallest native stack, with which most modules overflow, and the smallest heap.
const SMALLEST_STACK: usize = 52 * KIB;
const SMALLEST_HEAP: usize = 12 * KIB;

/// Whether the bytes were loaded.
pub(super) fn run(data: &[u8]) -> bool {
    let settings = Settings::of(data);
    let buffers: [&StaticBuffer; 3] = [&SMALL, &MIDDLE, &LARGE];
    let mut rng = rng(data);
    let buffer = buffers[rng.usize(..buffers.len())];
    let stack = rng.usize(SMALLEST_STACK..=size_of_val(buffer) - SMALLEST_HEAP);
    let mut config = settings.without_heap().config();
    let outside = ended(&config, data);
    let inside = ended(config.compartment(buffer, stack), data);
    let (loaded, errors) = &inside;
    if !errors.iter().any(uses_up) {
        assert!(
            texts(&outside) == texts(&inside),
            "{settings:?} {stack}: {outside:?}, in a compartment {inside:?}"
        );
    }
    let again = ended(&config, data);
    assert!(texts(&inside) == texts(&again), "{settings:?} {stack}: {inside:?}, again {again:?}");
    *loaded
}

type End = (bool, Vec<Error>);

/// Whether the bytes were loaded, and the errors, with nothing left of them.
fn ended(config: &Config, data: &[u8]) -> End {
    let end = match Engine::new(config) {
        Ok(engine) => {
            let tried = attempt(&engine, data);
            let unexpected = tried.unexpected().filter(|error| !uses_up(error));
            assert!(unexpected.is_none(), "{config:?}: {tried:?}");
            (tried.loaded, tried.errors)
        }
        Err(error) => {
            assert!(uses_up(&error), "{config:?}: {error}");
            (false, vec![error])
        }
    };
    assert_eq!(PAGES.leased(), 0, "{config:?}: keeps pages");
    end
}

fn texts((loaded, errors): &End) -> (bool, Vec<String>) {
    (*loaded, errors.iter().map(ToString::to_string).collect())
}

/// Whether the compartment was used up, now or before.
fn uses_up(error: &Error) -> bool {
    matches!(error, Error::OutOfHeap { .. } | Error::Compartment(_))
}
