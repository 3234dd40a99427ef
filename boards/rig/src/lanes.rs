//! Steps of the suite side by side: those that don't build in the same folder, as many as there are cores.

use crate::suite::{Outcome, Task};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

/// Where steps build: cargo locks the folder, so that another build in it would only wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Folder {
    /// Programs for tests.
    Debug,
    /// Programs that are to be fast, and those with a sanitizer.
    Host,
    /// Firmware.
    Chip,
    Miri,
}

/// Where a step builds. One that installs tools counts as building everywhere.
fn folders(command: &str) -> &'static [Folder] {
    use Folder::{Chip, Debug, Host, Miri};
    let words: Vec<&str> = command.split_whitespace().collect();
    let says = |word| words.contains(&word);
    match words[..] {
        ["rig", "setup", ..] => &[Debug, Host, Chip, Miri],
        ["rig", "dependencies" | "package", ..] | ["cargo", "fmt", ..] => &[],
        ["rig", "neighbours" | "fuzz", ..] if says("--board") => &[Host, Chip],
        ["rig", "neighbours" | "fuzz", ..] => &[Host],
        ["rig", "threads", ..] => &[Debug, Chip],
        ["rig", ..] => &[Chip],
        ["miri" | "miri-tree", ..] => &[Miri],
        ["cargo", "test", "-p", "vellum-rig", ..] => &[Debug, Chip],
        _ if says("--profile") => &[Host],
        // The test of the bound builds what measures modules on 32 bits.
        _ if says("differential") => &[Debug, Host],
        _ if says("--release") => &[Chip],
        _ => &[Debug],
    }
}

fn installs(command: &str) -> bool {
    command.starts_with("rig setup")
}

/// A task, how it went, and how long it took.
pub(crate) type Ran = (Task, Outcome, Duration);

/// What the lanes share.
struct Table<'a> {
    /// The number of each task that has not begun.
    waiting: Vec<(usize, &'a Task)>,
    /// Where something builds.
    busy: Vec<Folder>,
    ended: Vec<(usize, Outcome, Duration)>,
}

impl<'a> Table<'a> {
    /// The next task that builds where nothing else does. What installs tools is not overtaken by
    /// what may need them.
    fn next(&mut self) -> Option<(usize, &'a Task)> {
        let mut taken = self.busy.clone();
        let place = self.waiting.iter().position(|(_, task)| {
            let is_free = !folders(&task.command).iter().any(|folder| taken.contains(folder));
            if !is_free && installs(&task.command) {
                taken.extend(folders(&task.command));
            }
            is_free
        })?;
        let next = self.waiting.remove(place);
        self.busy.extend(folders(&next.1.command));
        Some(next)
    }

    fn end(&mut self, task: &Task, number: usize, outcome: Outcome, time: Duration) {
        let over = folders(&task.command);
        self.busy.retain(|folder| !over.contains(folder));
        self.ended.push((number, outcome, time));
    }
}

/// Runs the tasks, and gives them back in their order. They begin in it, too, as far as they can.
pub(crate) fn run(tasks: &[Task], lanes: usize, run: impl Fn(&Task) -> Outcome + Sync) -> Vec<Ran> {
    let waiting = tasks.iter().enumerate().collect();
    let table = Mutex::new(Table { waiting, busy: Vec::new(), ended: Vec::new() });
    let changed = Condvar::new();
    thread::scope(|scope| {
        for _ in 0..lanes.min(tasks.len()) {
            scope.spawn(|| lane(&table, &changed, &run));
        }
    });
    let mut ended = table.into_inner().expect("no lane panics").ended;
    ended.sort_by_key(|&(number, ..)| number);
    let tasks = tasks.iter().cloned();
    tasks.zip(ended).map(|(task, (_, outcome, time))| (task, outcome, time)).collect()
}

fn lane(table: &Mutex<Table<'_>>, changed: &Condvar, run: impl Fn(&Task) -> Outcome) {
    let locked = || table.lock().expect("no lane panics");
    let mut shared = locked();
    while !shared.waiting.is_empty() {
        let Some((number, task)) = shared.next() else {
            shared = changed.wait(shared).expect("no lane panics");
            continue;
        };
        drop::<MutexGuard<'_, _>>(shared);
        let start = Instant::now();
        let outcome = run(task);
        let time = start.elapsed();
        shared = locked();
        shared.end(task, number, outcome, time);
        changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::{Folder, folders, run};
    use crate::suite::{Outcome, Task};
    use std::sync::{Barrier, Mutex};

    fn task(name: &str, command: &str) -> Task {
        Task { name: name.to_owned(), command: command.to_owned() }
    }

    #[test]
    fn steps_build_where_their_command_says() {
        for (command, expected) in [
            ("rig setup", &[Folder::Debug, Folder::Host, Folder::Chip, Folder::Miri][..]),
            ("cargo fmt --all -- --check", &[]),
            ("cargo test", &[Folder::Debug]),
            ("loom test -p vellum-memory --test loom", &[Folder::Debug]),
            ("rig neighbours", &[Folder::Host]),
            ("rig fuzz --board b", &[Folder::Host, Folder::Chip]),
            ("cargo run --profile host -p x --bin y -- --seconds 75", &[Folder::Host]),
            ("cargo test -p x --features differential --test y", &[Folder::Debug, Folder::Host]),
            ("cargo clippy --release -p b --target t", &[Folder::Chip]),
            ("rig sizes --check", &[Folder::Chip]),
            ("cargo test -p vellum-rig --test panics", &[Folder::Debug, Folder::Chip]),
            ("miri-tree test -p vellum", &[Folder::Miri]),
        ] {
            assert_eq!(folders(command), expected, "{command}");
        }
    }

    #[test]
    fn two_that_build_in_different_folders_run_at_once() {
        let tasks = [task("a", "cargo test"), task("b", "rig demo --board b")];
        let both = Barrier::new(2);
        let ran = run(&tasks, 2, |_| {
            both.wait();
            Outcome::Passed
        });
        assert_eq!(ran.len(), 2);
    }

    #[test]
    fn what_installs_tools_is_not_overtaken() {
        let commands = ["rig demo", "cargo test", "rig setup", "miri test", "cargo fmt"];
        let tasks = commands.map(|command| task(command, command));
        let begun = Mutex::new(Vec::new());
        let both = Barrier::new(2);
        run(&tasks, 2, |task| {
            begun.lock().unwrap().push(task.name.clone());
            if ["rig demo", "cargo fmt"].contains(&task.name.as_str()) {
                both.wait();
            }
            Outcome::Passed
        });
        let begun = begun.into_inner().unwrap();
        let place = |name: &str| begun.iter().position(|one| one == name).unwrap();
        assert!(place("cargo fmt") < place("rig setup"), "{begun:?}");
        assert!(place("rig setup") < place("miri test"), "{begun:?}");
    }

    #[test]
    fn two_that_build_in_the_same_folder_run_one_after_the_other() {
        let tasks: Vec<_> = (0..200).map(|n| task(&n.to_string(), "rig demo")).collect();
        let running = Mutex::new(());
        let ran = run(&tasks, 4, |_| {
            let alone = running.try_lock();
            std::thread::yield_now();
            if alone.is_ok() { Outcome::Passed } else { Outcome::Failed }
        });
        assert!(ran.iter().all(|(_, outcome, _)| *outcome == Outcome::Passed));
    }

    #[test]
    fn what_has_to_wait_keeps_its_place_in_the_results() {
        let commands =
            ["rig demo", "rig build", "cargo test", "miri test", "cargo fmt", "rig used"];
        let tasks = commands.map(|command| task(command, command));
        let begun = Mutex::new(Vec::new());
        let both = Barrier::new(2);
        let ran = run(&tasks, 2, |task| {
            begun.lock().unwrap().push(task.name.clone());
            if ["rig demo", "cargo test"].contains(&task.name.as_str()) {
                both.wait();
            }
            let is_good = task.name != "miri test";
            if is_good { Outcome::Passed } else { Outcome::Failed }
        });
        let begun = begun.into_inner().unwrap();
        let place = |name: &str| begun.iter().position(|one| one == name).unwrap();
        assert!(place("cargo test") < place("rig build"), "{begun:?}");
        assert!(ran.iter().map(|(task, ..)| &task.name).eq(&commands));
        let failed: Vec<_> =
            ran.iter().filter(|(_, outcome, _)| *outcome == Outcome::Failed).collect();
        assert!(matches!(failed[..], [(task, ..)] if task.name == "miri test"));
    }
}
