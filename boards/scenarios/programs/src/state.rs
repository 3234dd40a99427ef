//! A door's state machine, with a level above its states.

use crate::sum::{Sum, readings};
use statig::Outcome::{self, *};
use statig::blocking::{self, IntoStateMachine, IntoStateMachineExt as _};

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

enum State {
    Locked,
    Closed,
    /// For so many ticks.
    Open(u32),
}

/// What the states of a door that is not open have in common.
struct Shut;

/// Written out: the crate's macro puts the states in another order each time it runs.
impl IntoStateMachine for Door {
    type State = State;
    type Superstate<'sub> = Shut;
    type Event<'evt> = Event;
    type Context<'ctx> = ();

    fn initial() -> State {
        State::Locked
    }
}

impl blocking::State<Door> for State {
    fn call_handler(&mut self, door: &mut Door, event: &Event, (): &mut ()) -> Outcome<Self> {
        match (self, event) {
            (Self::Locked, Event::Unlock) => Transition(Self::Closed),
            (Self::Closed, Event::Open) => {
                door.opened += 1;
                Transition(Self::Open(0))
            }
            (Self::Closed, Event::Lock) => Transition(Self::Locked),
            (Self::Locked | Self::Closed, _) => Super,
            (Self::Open(_), Event::Close) => Transition(Self::Closed),
            (Self::Open(ticks), Event::Tick) if *ticks > 3 => {
                door.alarms += 1;
                Transition(Self::Closed)
            }
            (Self::Open(ticks), Event::Tick) => {
                *ticks += 1;
                Handled
            }
            (Self::Open(_), _) => Handled,
        }
    }

    fn superstate(&mut self) -> Option<Shut> {
        matches!(self, Self::Locked | Self::Closed).then_some(Shut)
    }
}

impl blocking::Superstate<Door> for Shut {
    fn call_handler(&mut self, door: &mut Door, event: &Event, (): &mut ()) -> Outcome<State> {
        if let Event::Tick = event {
            door.ticks += 1;
        }
        Handled
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
