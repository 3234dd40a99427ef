//! Small threaded programs in random turns, whose outcomes tell one memory model from another.

use alloc::{boxed::Box, format, vec::Vec};
use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use vellum::{Error, Linker, MemoryType, Module, SharedMemory, Store, TypedFunc};

use super::session::{Fault, Session};

/// Times that a program runs.
const TIMES: u32 = 50;

type Call<'a> = Pin<Box<dyn Future<Output = Result<i32, Error>> + 'a>>;

/// A thread: a function `run` of a module that imports the memory `env.memory`, all zero at first.
struct Thread {
    store: Store<()>,
    run: TypedFunc<(), i32>,
}

impl Thread {
    /// On the heap, as the calls are: out of the way of the small native stack.
    #[inline(never)]
    fn new(memory: &SharedMemory, module: &Module) -> Result<Box<Self>, Error> {
        let engine = module.engine();
        let mut store = Store::new(engine, ());
        let mut linker = Linker::new(engine);
        linker.define("env", "memory", memory.as_memory(&mut store)?)?;
        let instance = linker.instantiate(&mut store, module)?;
        let run = instance.get_typed_func(&store, "run")?;
        Ok(Box::new(Self { store, run }))
    }

    #[inline(never)]
    fn call(&mut self) -> Call<'_> {
        Box::pin(self.run.call_async(&mut self.store, ()))
    }
}

/// Runs the threads of a program, a slice at a time in random turns, and checks what they return.
#[inline(never)]
pub(super) fn litmus(
    session: &Session,
    modules: Vec<Vec<u8>>,
    allowed: &[Vec<i32>],
) -> Result<(), Fault> {
    let memory = SharedMemory::new(session.owner(), MemoryType::shared(1, 2))?;
    let mut threads = Vec::new();
    for module in modules {
        threads.push(Thread::new(&memory, &session.load(module)?)?);
    }
    let mut turns = Turns(1);
    for _ in 0..TIMES {
        memory.with(|bytes| bytes.fill(0))?;
        let seen = in_turns(threads.iter_mut().map(|thread| thread.call()).collect(), &mut turns)?;
        if !allowed.contains(&seen) {
            return Err(Fault::Script(format!("returned {seen:?}, which is not allowed")));
        }
    }
    Ok(())
}

/// Polls the calls until all have returned.
#[inline(never)]
fn in_turns(mut calls: Vec<Call<'_>>, turns: &mut Turns) -> Result<Vec<i32>, Error> {
    let context = &mut Context::from_waker(Waker::noop());
    let mut results: Vec<Option<i32>> = calls.iter().map(|_| None).collect();
    while results.contains(&None) {
        let turn = turns.next(calls.len());
        if let (Some(call), Some(result @ None)) = (calls.get_mut(turn), results.get_mut(turn))
            && let Poll::Ready(done) = call.as_mut().poll(context)
        {
            *result = Some(done?);
        }
    }
    Ok(results.into_iter().flatten().collect())
}

/// Whose turn it is: one of Marsaglia's generators, the same in every run.
struct Turns(u32);

impl Turns {
    fn next(&mut self, threads: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % threads.max(1)
    }
}
