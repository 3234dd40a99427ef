//! Threads of the standard library: a counter behind a lock, and messages that arrive in order.

use std::sync::{Arc, Mutex, mpsc};
use std::thread;

const THREADS: u32 = 3;
const ROUNDS: u32 = 50;

fn main() {
    let counter = Arc::new(Mutex::new(0));
    let (sender, receiver) = mpsc::channel();
    let threads: Vec<_> = (1..=THREADS)
        .map(|id| {
            let (counter, sender) = (Arc::clone(&counter), sender.clone());
            let thread = thread::Builder::new().stack_size(4096);
            let work = move || {
                for round in 1..=ROUNDS {
                    *counter.lock().unwrap() += id;
                    if round % 10 == 0 {
                        sender.send((id, round)).unwrap();
                    }
                }
                id * id
            };
            thread.spawn(work).expect("a thread starts")
        })
        .collect();
    drop(sender);
    let mut latest = [0; THREADS as usize];
    let mut messages = 0;
    for (id, round) in receiver {
        let latest = &mut latest[id as usize - 1];
        assert!(*latest < round, "messages of a thread arrive in order");
        *latest = round;
        messages += 1;
    }
    let squares: u32 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    println!("counter {} messages {messages} squares {squares}", counter.lock().unwrap());
}
