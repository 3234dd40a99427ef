//! Generated programs over atomics, run in random turns, against all outcomes that a sequentially
//! consistent memory allows.

use crate::setup::{config, guest, memory};
use proptest::{collection::vec, prelude::*};
use std::{
    collections::{BTreeSet, HashSet},
    fmt::Write as _,
    pin::Pin,
    task::{Context, Waker},
};
use vellum::{Engine, Platform, Store};

/// Words of the memory that programs use.
const WORDS: usize = 2;

#[derive(Debug, Clone, Copy)]
enum Kind {
    Load,
    Store,
    Add,
    Exchange,
    /// Exchanges if the word is this.
    CompareExchange(u32),
}

/// An operation on a word, with a value.
#[derive(Debug, Clone, Copy)]
struct Operation {
    kind: Kind,
    word: usize,
    value: u32,
}

impl Operation {
    /// What the operation leaves in the word, and what it gives of what was there.
    fn on(self, old: u32) -> (u32, u32) {
        match self.kind {
            Kind::Load => (old, old),
            Kind::Store => (self.value, 0),
            Kind::Add => (old.wrapping_add(self.value), old),
            Kind::Exchange => (self.value, old),
            Kind::CompareExchange(expected) if expected == old => (self.value, old),
            Kind::CompareExchange(_) => (old, old),
        }
    }

    fn text(self) -> String {
        let Self { kind, word, value } = self;
        let address = format!("(i32.const {})", 4 * word);
        let value = format!("(i32.const {value})");
        match kind {
            Kind::Load => format!("(i32.atomic.load {address})"),
            Kind::Store => format!("(i32.atomic.store {address} {value}) (i32.const 0)"),
            Kind::Add => format!("(i32.atomic.rmw.add {address} {value})"),
            Kind::Exchange => format!("(i32.atomic.rmw.xchg {address} {value})"),
            Kind::CompareExchange(expected) => {
                format!("(i32.atomic.rmw.cmpxchg {address} (i32.const {expected}) {value})")
            }
        }
    }
}

/// What all operations of a thread gave, in one number.
fn mixed(seen: u32, given: u32) -> u32 {
    seen.wrapping_mul(31).wrapping_add(given)
}

type Program = Vec<Vec<Operation>>;

/// A moment of a program: where each thread is, what it has seen, and the memory.
type State = (Vec<usize>, Vec<u32>, [u32; WORDS]);
/// What the threads have seen in the end, and the memory.
type Outcome = (Vec<u32>, [u32; WORDS]);

/// All outcomes of all interleavings.
fn outcomes(program: &Program) -> BTreeSet<Outcome> {
    let start: State = (vec![0; program.len()], vec![0; program.len()], [0; WORDS]);
    let (mut known, mut todo) = (HashSet::from([start.clone()]), vec![start]);
    let mut ends = BTreeSet::new();
    while let Some((at, seen, memory)) = todo.pop() {
        let mut over = true;
        for (thread, operations) in program.iter().enumerate() {
            let Some(operation) = operations.get(at[thread]) else { continue };
            over = false;
            let (mut at, mut seen, mut memory) = (at.clone(), seen.clone(), memory);
            let (new, given) = operation.on(memory[operation.word]);
            memory[operation.word] = new;
            seen[thread] = mixed(seen[thread], given);
            at[thread] += 1;
            let next = (at, seen, memory);
            if known.insert(next.clone()) {
                todo.push(next);
            }
        }
        if over {
            ends.insert((seen, memory));
        }
    }
    ends
}

/// A thread's module: every operation is a call away from the next, where a slice may end.
fn text(operations: &[Operation]) -> String {
    let mut body = String::new();
    for operation in operations {
        let operation = operation.text();
        write!(body, "(local.set $seen (call $mixed (local.get $seen) {operation}))")
            .expect("strings take any text");
    }
    format!(
        r#"(module (import "env" "memory" (memory 1 2 shared))
            (func $mixed (param i32 i32) (result i32)
                (i32.add (i32.mul (local.get 0) (i32.const 31)) (local.get 1)))
            (func (export "run") (result i32) (local $seen i32) {body} (local.get $seen)))"#
    )
}

static ONE_CORE: Platform = Platform::ONE_CORE;

/// Runs a program, polling the threads in these turns and then one after another.
fn run(program: &Program, slice: u64, turns: &[usize]) -> Outcome {
    let engine = Engine::new(config().slice(slice).platform(&ONE_CORE)).unwrap();
    let memory = memory(&engine);
    let mut stores: Vec<_> = program.iter().map(|_| Store::new(&engine, ())).collect();
    let mut tasks: Vec<Pin<Box<dyn Future<Output = u32>>>> = Vec::new();
    for (store, operations) in stores.iter_mut().zip(program) {
        let instance = guest(store, &memory, &text(operations)).unwrap();
        let run = instance.get_typed_func::<(), u32>(&*store, "run").unwrap();
        tasks.push(Box::pin(async move { run.call_async(store, ()).await.unwrap() }));
    }
    let mut seen: Vec<Option<u32>> = vec![None; tasks.len()];
    let rest = 0..;
    for turn in turns.iter().copied().chain(rest) {
        let thread = turn % tasks.len();
        if seen[thread].is_none()
            && let std::task::Poll::Ready(result) =
                tasks[thread].as_mut().poll(&mut Context::from_waker(Waker::noop()))
        {
            seen[thread] = Some(result);
        }
        if seen.iter().all(Option::is_some) {
            break;
        }
    }
    let words = core::array::from_fn(|word| memory.atomic_load(4 * word).unwrap());
    (seen.into_iter().flatten().collect(), words)
}

fn operation() -> impl Strategy<Value = Operation> {
    let kind = prop_oneof![
        Just(Kind::Load),
        Just(Kind::Store),
        Just(Kind::Add),
        Just(Kind::Exchange),
        (0..4_u32).prop_map(Kind::CompareExchange),
    ];
    (kind, 0..WORDS, 1..4_u32).prop_map(|(kind, word, value)| Operation { kind, word, value })
}

proptest! {
    #[test]
    fn every_outcome_is_one_of_a_sequentially_consistent_memory(
        program in vec(vec(operation(), 1..5), 2..5),
        slice in 1..20_u64,
        turns in vec(0..4_usize, 0..60),
    ) {
        let outcome = run(&program, slice, &turns);
        let allowed = outcomes(&program);
        prop_assert!(allowed.contains(&outcome), "{outcome:?} of {} allowed", allowed.len());
    }
}
