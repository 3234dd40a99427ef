//! A wait is given up once.

use vellum_memory::{SharedGuard, Ticket};

fn give_up(memory: &mut SharedGuard<'_>, ticket: Ticket) {
    memory.cancel(ticket).unwrap();
    memory.cancel(ticket).unwrap();
}

fn main() {}
