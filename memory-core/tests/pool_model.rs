//! The pool does what a plain list of granules and their owners does.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use vellum_memory::{Lease, MAX_LEASES, OutOfPages, PagePool};

const GRANULE: usize = 16;
const GRANULES: usize = MAX_LEASES + 12;

type Pool = PagePool<[[u8; GRANULE]; GRANULES]>;

const CASES: u32 = if cfg!(miri) { 4 } else { 128 };
const STEPS: usize = if cfg!(miri) { 50 } else { 300 };

/// A pool for each case, so that high-water marks start low; one is used again only to shrink a
/// case that failed.
static POOLS: [Pool; CASES as usize] = [const { PagePool::new() }; CASES as usize];
static NEXT: AtomicUsize = AtomicUsize::new(0);

#[derive(Clone, Debug)]
enum Step {
    Lease { bytes: usize, zeroed: bool },
    Write { lease: prop::sample::Index, byte: u8 },
    GiveBack { lease: prop::sample::Index },
}

fn step() -> impl Strategy<Value = Step> {
    let bytes = prop_oneof![
        12 => 1..=GRANULE,
        4 => 0..=8 * GRANULE,
        1 => 0..=(GRANULES + 2) * GRANULE,
        1 => Just(usize::MAX),
    ];
    prop_oneof![
        6 => (bytes, any::<bool>()).prop_map(|(bytes, zeroed)| Step::Lease { bytes, zeroed }),
        2 => (any::<prop::sample::Index>(), any::<u8>())
            .prop_map(|(lease, byte)| Step::Write { lease, byte }),
        3 => any::<prop::sample::Index>().prop_map(|lease| Step::GiveBack { lease }),
    ]
}

/// What the pool should be: each granule's owner and bytes.
struct Model {
    base: usize,
    taken: Vec<bool>,
    bytes: Vec<u8>,
    high_water: usize,
    held: Vec<(Lease, usize)>,
}

impl Model {
    fn of(pool: &'static Pool) -> Self {
        if pool.high_water() > 0 {
            drop(pool.lease(GRANULES * GRANULE).expect("nothing is leased between cases"));
        }
        let first = pool.lease(1).expect("nothing is leased between cases");
        Self {
            base: first.as_ptr().addr().get(),
            taken: vec![false; GRANULES],
            bytes: vec![0; GRANULES * GRANULE],
            high_water: pool.high_water(),
            held: Vec::new(),
        }
    }

    fn leased(&self) -> usize {
        self.taken.iter().filter(|&&taken| taken).count() * GRANULE
    }

    fn leases(&self) -> usize {
        self.held.iter().filter(|(lease, _)| !lease.is_empty()).count()
    }

    fn largest_free(&self) -> usize {
        self.taken.split(|&taken| taken).map(<[bool]>::len).max().unwrap_or(0) * GRANULE
    }

    /// The first granule of the first free run of `len`.
    fn first_fit(&self, len: usize) -> Option<usize> {
        let full = len > 0 && self.leases() == MAX_LEASES;
        let mut starts = 0..=GRANULES.checked_sub(len)?;
        starts.find(|&start| !full && self.taken[start..start + len].iter().all(|&taken| !taken))
    }

    fn lease(&mut self, pool: &'static Pool, bytes: usize, zeroed: bool) {
        let granules = bytes.div_ceil(GRANULE);
        let granted = if zeroed { pool.lease(bytes) } else { pool.lease_unscrubbed(bytes) };
        match (granted, self.first_fit(granules)) {
            (Ok(lease), Some(start)) => {
                let range = start * GRANULE..(start + granules) * GRANULE;
                assert_eq!(lease.len(), range.len());
                if granules > 0 {
                    assert_eq!(lease.as_ptr().addr().get() - self.base, range.start);
                }
                if zeroed {
                    self.bytes[range.clone()].fill(0);
                }
                assert_eq!(lease.bytes(), &self.bytes[range]);
                self.taken[start..start + granules].fill(true);
                self.held.push((lease, start));
                self.high_water = self.high_water.max(self.leased());
            }
            (Err(refusal), None) => {
                let free = GRANULES * GRANULE - self.leased();
                let largest = self.largest_free();
                let sizes = [bytes, free, largest].map(|size| size as u64);
                let [needed, free, largest] = sizes;
                assert_eq!(refusal, OutOfPages { needed, free, largest });
                assert_eq!(refusal.is_table_full(), bytes <= largest as usize);
            }
            (granted, expected) => panic!("{granted:?}, expected at granule {expected:?}"),
        }
    }

    fn write(&mut self, index: usize, byte: u8) {
        let (lease, start) = &mut self.held[index];
        lease.bytes_mut().fill(byte);
        self.bytes[*start * GRANULE..][..lease.len()].fill(byte);
    }

    fn give_back(&mut self, index: usize) {
        let (lease, start) = self.held.swap_remove(index);
        self.taken[start..][..lease.len() / GRANULE].fill(false);
    }

    fn check(&self, pool: &'static Pool) {
        let stats = pool.stats();
        assert_eq!(stats.leased, self.leased());
        assert_eq!(stats.free, stats.capacity - self.leased());
        assert_eq!(stats.largest_free, self.largest_free());
        assert_eq!(stats.high_water, self.high_water);
        assert_eq!(stats.leases, self.leases());
        for (lease, start) in &self.held {
            assert_eq!(lease.bytes(), &self.bytes[start * GRANULE..][..lease.len()]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_pool_is_its_model(steps in prop::collection::vec(step(), 1..STEPS)) {
        let pool = &POOLS[NEXT.fetch_add(1, Ordering::Relaxed) % POOLS.len()];
        let mut model = Model::of(pool);
        for step in steps {
            match step {
                Step::Lease { bytes, zeroed } => model.lease(pool, bytes, zeroed),
                Step::Write { .. } | Step::GiveBack { .. } if model.held.is_empty() => {}
                Step::Write { lease, byte } => model.write(lease.index(model.held.len()), byte),
                Step::GiveBack { lease } => model.give_back(lease.index(model.held.len())),
            }
            model.check(pool);
        }
        drop(model);
        prop_assert_eq!(pool.largest_free(), pool.capacity());
        prop_assert_eq!(pool.stats().leases, 0);
    }
}
