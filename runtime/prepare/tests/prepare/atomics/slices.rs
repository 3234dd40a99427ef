//! However short the slices are, nothing comes between the load and the store of an access.

use super::instructions::{Instruction, Kind};
use super::model::next;
use crate::guest::Guest;
use wasmi::{ResumableCall, Val};

const ROUNDS: u64 = 8;
/// Where the accessed value is; what the accesses found is from `LOG` on, how many there were at
/// `COUNT`.
const CELL: usize = 8;
const COUNT: usize = 16;
const LOG: usize = 64;

/// What the access of a round is given.
fn operands(instruction: Instruction, round: u64) -> [u64; 2] {
    if instruction.kind == Kind::CompareExchange { [round, round + 1] } else { [round + 1, 0] }
}

/// Accesses the cell again and again and logs what was there, with branches before and behind.
///
/// Parameter 0 is 1; local variable 1 is the number of the round.
fn module(instruction: Instruction) -> String {
    let (name, ty) = (instruction.name(), instruction.ty());
    let round = if instruction.long { "(i64.extend_i32_u (local.get 1))" } else { "(local.get 1)" };
    let branch = |value: String| {
        format!("(if (result {ty}) (local.get 0) (then {value}) (else (unreachable)))")
    };
    let following = branch(format!("({ty}.add {round} ({ty}.const 1))"));
    let operands = match instruction.kind {
        Kind::CompareExchange => format!("{} {following}", branch(round.into())),
        _ => following,
    };
    format!(
        r#"(module (memory 1)
            (func (export "f") (param i32) (local i32 {ty})
                (loop
                    (local.set 2 ({name} (i32.const {CELL}) {operands}))
                    (if (local.get 0) (then
                        ({ty}.store offset={LOG} (i32.mul (local.get 1) (i32.const 8))
                            (local.get 2))
                        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
                        (i32.store (i32.const {COUNT}) (local.get 1))))
                    (br_if 0 (i32.lt_u (local.get 1) (i32.const {ROUNDS}))))))"#
    )
}

/// What may have happened, as far as it shows.
#[derive(Debug, Clone, Copy)]
struct World {
    cell: u64,
    /// What the access of the round found if it has happened and is not logged yet.
    found: Option<u64>,
}

struct Threads {
    guest: Guest,
    instruction: Instruction,
    worlds: Vec<World>,
    logged: u64,
}

impl Threads {
    fn read(&self, at: usize) -> u64 {
        let mut bytes = [0; 8];
        self.guest.memories[0].read(&self.guest.store, at, &mut bytes).expect("in bounds");
        u64::from_le_bytes(bytes)
    }

    fn mask(&self) -> u64 {
        u64::MAX >> (64 - self.instruction.bits)
    }

    fn access(&self, world: World) -> World {
        let new = next(self.instruction, world.cell, operands(self.instruction, self.logged));
        World { cell: new, found: Some(world.cell) }
    }

    /// Looks at the memory: some world must explain it.
    fn look(&mut self) {
        while self.logged < self.read(COUNT) {
            let log = self.read(LOG + 8 * self.logged as usize);
            let worlds = self.worlds.clone().into_iter();
            let worlds = worlds
                .map(|world| if world.found.is_none() { self.access(world) } else { world })
                .filter(|world| world.found == Some(log));
            self.worlds = worlds.map(|world| World { found: None, ..world }).collect();
            self.logged += 1;
        }
        let begun: Vec<_> = self.worlds.iter().filter(|world| world.found.is_none()).collect();
        let begun: Vec<_> = begun.into_iter().map(|world| self.access(*world)).collect();
        self.worlds.extend(begun);
        let cell = self.read(CELL) & self.mask();
        self.worlds.retain(|world| world.cell == cell);
        assert!(!self.worlds.is_empty(), "{} was split", self.instruction.name());
    }

    /// Another thread stores to the cell.
    fn disturb(&mut self, slice: u64) {
        let value = if slice.is_multiple_of(2) { self.logged } else { slice.wrapping_mul(!7) };
        let value = value & self.mask();
        let width = (self.instruction.bits / 8) as usize;
        let memory = self.guest.memories[0];
        let bytes = &value.to_le_bytes()[..width];
        memory.write(&mut self.guest.store, CELL, bytes).expect("in bounds");
        for world in &mut self.worlds {
            world.cell = value;
        }
    }
}

/// Runs the accesses in slices of `fuel` and returns how many slices it took.
fn run(instruction: Instruction, fuel: u64) -> u64 {
    let guest = Guest::new(&module(instruction));
    let worlds = vec![World { cell: 0, found: None }];
    let mut threads = Threads { guest, instruction, worlds, logged: 0 };
    let func = threads.guest.instance.get_func(&threads.guest.store, "f").expect("an export");
    let store = &mut threads.guest.store;
    store.set_fuel(fuel).expect("fuel is counted");
    let mut call = func.call_resumable(&mut *store, &[Val::I32(1)], &mut []).expect("it runs");
    for slice in 1.. {
        threads.look();
        let ResumableCall::OutOfFuel(suspended) = call else {
            assert!(matches!(call, ResumableCall::Finished));
            assert_eq!(threads.logged, ROUNDS);
            return slice;
        };
        threads.disturb(slice);
        let store = &mut threads.guest.store;
        store.set_fuel(fuel.max(suspended.required_fuel())).expect("fuel is counted");
        call = suspended.resume(&mut *store, &mut []).expect("it goes on");
    }
    0
}

#[test]
fn no_access_is_ever_split() {
    let changing = |kind| !matches!(kind, Kind::Load | Kind::Store);
    for instruction in Instruction::all().filter(|instruction| changing(instruction.kind)) {
        let slices: Vec<_> = (1..60).map(|fuel| run(instruction, fuel)).collect();
        // The shortest slices stop before and behind each access.
        assert!(slices[0] > 2 * ROUNDS, "{}: {slices:?}", instruction.name());
        assert!(slices[0] > slices[58]);
    }
}
