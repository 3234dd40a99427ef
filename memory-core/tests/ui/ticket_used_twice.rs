//! A wait is given up once.

use vellum_memory::{Ticket, WaitQueue};

fn give_up(queue: &mut WaitQueue<u32>, ticket: Ticket) {
    queue.cancel(ticket).unwrap();
    queue.cancel(ticket).unwrap();
}

fn main() {}
