//! A door's state machine, with a level above its states.

use crate::sum::{Sum, readings};
use statig::prelude::*;

#[derive(Default)]
struct Door {
    opened: u32,
    ticks: u32,
    alarms: u32,
}

enum Event {
    Open,
    Close,
    Lock,
    Unlock,
    Tick,
}

#[state_machine(initial = "State::locked()")]
impl Door {
    #[state(superstate = "shut")]
    fn locked(event: &Event) -> Outcome<State> {
        match event {
            Event::Unlock => Transition(State::closed()),
            _ => Super,
        }
    }

    #[state(superstate = "shut")]
    fn closed(&mut self, event: &Event) -> Outcome<State> {
        match event {
            Event::Open => {
                self.opened += 1;
                Transition(State::open(0))
            }
            Event::Lock => Transition(State::locked()),
            _ => Super,
        }
    }

    #[superstate]
    fn shut(&mut self, event: &Event) -> Outcome<State> {
        if let Event::Tick = event {
            self.ticks += 1;
        }
        Handled
    }

    #[state]
    fn open(&mut self, waited: &mut u32, event: &Event) -> Outcome<State> {
        match event {
            Event::Close => Transition(State::closed()),
            Event::Tick if *waited > 3 => {
                self.alarms += 1;
                Transition(State::closed())
            }
            Event::Tick => {
                *waited += 1;
                Handled
            }
            _ => Handled,
        }
    }
}

/// Runs it.
pub fn run() -> u32 {
    let mut sum = Sum::new();
    let mut door = Door::default().uninitialized_state_machine().init();
    for (at, value) in readings().take(2_000).enumerate() {
        let event = match (usize::from(value) + at * 7) % 11 {
            0 | 5 => Event::Open,
            1 => Event::Close,
            2 => Event::Lock,
            3 | 4 => Event::Unlock,
            _ => Event::Tick,
        };
        door.handle(&event);
        sum.number(door.opened).number(door.ticks).number(door.alarms);
    }
    sum.value()
}
