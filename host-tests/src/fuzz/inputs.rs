//! Inputs of the targets.

use super::{bodies, mutate::mutate};
use crate::bound::{corpus, shapes, smith};
use fastrand::Rng;

/// Longest module of the corpus that is used: longer ones take too long.
const LONGEST: usize = 50_000;

/// What inputs are made of: the modules of the official suites and of the scenarios.
#[derive(Debug)]
pub struct Inputs {
    corpus: Vec<Vec<u8>>,
}

impl Default for Inputs {
    fn default() -> Self {
        let corpus = corpus::modules().into_iter().map(|(_, module)| module);
        Self { corpus: corpus.filter(|module| module.len() <= LONGEST).collect() }
    }
}

impl Inputs {
    /// The modules, for a corpus of files.
    pub fn corpus(&self) -> &[Vec<u8>] {
        &self.corpus
    }

    fn real(&self, rng: &mut Rng) -> &[u8] {
        &self.corpus[rng.usize(..self.corpus.len())]
    }

    /// A module, or what is nearly one: real, of one thing very much, or made by `wasm-smith`, mostly
    /// changed a little; or noise.
    pub(super) fn module(&self, rng: &mut Rng) -> Vec<u8> {
        let mut module = match rng.u8(..12) {
            0..6 => self.real(rng).to_vec(),
            6..10 => loop {
                if let Some(module) = smith::module(rng) {
                    break module;
                }
            },
            10 => shapes::module(rng).1,
            _ => {
                let head = if rng.bool() { &b"\0asm\x01\0\0\0"[..] } else { &[] };
                let noise: Vec<u8> = (0..rng.usize(..300)).map(|_| rng.u8(..)).collect();
                return [head, &noise].concat();
            }
        };
        for _ in 0..[0, 1, 1, 1, 2, 4][rng.usize(..6)] {
            let other = self.real(rng);
            module = mutate(rng, &module, other);
        }
        module
    }

    /// A module, or what is nearly one, mostly by its instructions.
    pub(super) fn nearly_valid(&self, rng: &mut Rng) -> Vec<u8> {
        if rng.u8(..4) == 0 { self.module(rng) } else { bodies::any(rng) }
    }

    /// A module to be run, or bytes that one is made of.
    pub(super) fn program(&self, rng: &mut Rng) -> Vec<u8> {
        if rng.bool() { self.module(rng) } else { self.bytes(rng) }
    }

    /// Any bytes.
    #[expect(clippy::unused_self, reason = "targets make their inputs by one type of function")]
    pub(super) fn bytes(&self, rng: &mut Rng) -> Vec<u8> {
        (0..rng.usize(16..3000)).map(|_| rng.u8(..)).collect()
    }
}
