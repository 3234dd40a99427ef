//! The test suite: which steps there are on this workspace's boards, and how they went.

use crate::board::Board;
use crate::lanes::Ran;
use crate::steps::{Each, STEPS, Step, When};
use crate::workspace::Workspace;
use anyhow::Result;

/// A step for one board, or for none, ready to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) name: String,
    pub(crate) command: String,
}

/// Which steps are wanted.
pub(crate) enum Selection<'a> {
    Everyday,
    All,
    /// Those whose name contains one of these.
    Named(&'a [String]),
}

impl Selection<'_> {
    fn takes(&self, task: &Task, step: &Step) -> bool {
        match self {
            Self::Everyday => step.when == When::Everyday,
            Self::All => true,
            Self::Named(words) => words.iter().any(|word| task.name.contains(word.as_str())),
        }
    }
}

/// The selected tasks in the order of the table, none twice.
pub(crate) fn tasks(workspace: &Workspace, selection: &Selection<'_>) -> Result<Vec<Task>> {
    let mut tasks: Vec<Task> = Vec::new();
    for step in STEPS {
        for task in expanded(step, workspace)? {
            if selection.takes(&task, step) && !tasks.contains(&task) {
                tasks.push(task);
            }
        }
    }
    Ok(tasks)
}

fn expanded(step: &Step, workspace: &Workspace) -> Result<Vec<Task>> {
    let boards: Vec<Option<&Board>> = match step.each {
        Each::Once => vec![None],
        Each::DefaultBoard => vec![Some(workspace.board(None)?)],
        Each::Board => having(workspace, |board| board.facts.qemu_machine.is_some()),
        Each::SeveralCores => {
            having(workspace, |board| board.facts.qemu_machine.is_some() && board.facts.cores > 1)
        }
        Each::Chip => having(workspace, |board| board.facts.chip.is_some()),
    };
    Ok(boards.into_iter().map(|board| task(step, board)).collect())
}

fn having(workspace: &Workspace, what: impl Fn(&Board) -> bool) -> Vec<Option<&Board>> {
    workspace.boards.iter().filter(|board| what(board)).map(Some).collect()
}

fn task(step: &Step, board: Option<&Board>) -> Task {
    let (name, command) = (step.name.to_owned(), step.command.to_owned());
    match board {
        None => Task { name, command },
        Some(board) => Task {
            name: format!("{name} {}", board.name),
            command: command
                .replace("{board}", &board.name)
                .replace("{target}", &board.facts.target),
        },
    }
}

/// How a task went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// It could not run here, because of this.
    Skipped(String),
}

/// The closing table, the line that says how many passed, and one that names those that failed.
pub(crate) fn summary(results: &[Ran]) -> String {
    let width = results.iter().map(|(task, ..)| task.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (task, outcome, time) in results {
        let outcome = match outcome {
            Outcome::Passed => "passed".to_owned(),
            Outcome::Failed => "FAILED".to_owned(),
            Outcome::Skipped(reason) => format!("skipped: {reason}"),
        };
        text += &format!("{:<width$}  {:>7.1} s  {outcome}\n", task.name, time.as_secs_f64());
    }
    let count = |what: fn(&Outcome) -> bool| results.iter().filter(|(_, one, _)| what(one)).count();
    let passed = count(|outcome| *outcome == Outcome::Passed);
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    let failed = results.iter().filter(|(_, outcome, _)| *outcome == Outcome::Failed);
    let failed: Vec<_> = failed.map(|(task, ..)| task.name.as_str()).collect();
    text += &format!("\n{passed} passed, {} failed", failed.len());
    if skipped > 0 {
        text += &format!(", {skipped} skipped");
    }
    if !failed.is_empty() {
        text += &format!("\nfailed: {}", failed.join(", "));
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Selection, Task, summary, tasks};
    use crate::board::{Board, Facts};
    use crate::nightly::Tool;
    use crate::workspace::Workspace;
    use std::collections::BTreeSet;
    use std::time::Duration;

    fn workspace() -> Workspace {
        let facts = Facts {
            summary: String::new(),
            core: String::new(),
            cores: 1,
            target: "thumb".to_owned(),
            flash: 1,
            ram: 1,
            qemu_machine: Some("m".to_owned()),
            qemu_args: Vec::new(),
            chip: None,
            default: true,
        };
        let chip = Facts { chip: Some("c".to_owned()), default: false, ..facts.clone() };
        let boards = vec![
            Board { name: "one".to_owned(), facts },
            Board { name: "two".to_owned(), facts: chip },
        ];
        Workspace { root: "/".into(), target_dir: "/".into(), boards }
    }

    fn names(selection: &Selection<'_>) -> Vec<String> {
        tasks(&workspace(), selection).unwrap().into_iter().map(|task| task.name).collect()
    }

    #[test]
    fn the_everyday_suite_is_a_part_of_all() {
        let everyday = names(&Selection::Everyday);
        let all: BTreeSet<_> = names(&Selection::All).into_iter().collect();
        assert!(everyday.iter().all(|name| all.contains(name)) && everyday.len() < all.len());
        assert!(everyday.contains(&"host tests".to_owned()));
        assert!(!everyday.contains(&"sizes".to_owned()));
    }

    #[test]
    fn no_task_runs_twice_and_no_name_is_used_twice() {
        let all = names(&Selection::All);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
    }

    #[test]
    fn every_command_begins_with_a_program_that_there_is() {
        for Task { name, command } in tasks(&workspace(), &Selection::All).unwrap() {
            let program = command.split_whitespace().next().unwrap();
            let is_own = ["cargo", "loom", "rig"].contains(&program);
            assert!(is_own || Tool::named(program).is_some(), "{name}: {program}");
        }
    }

    #[test]
    fn boards_are_filled_in() {
        let all = tasks(&workspace(), &Selection::All).unwrap();
        assert!(all.iter().all(|task| !task.command.contains('{')));
        assert!(!all.iter().any(|task| task.name == "image one"));
        let image = all.iter().find(|task| task.name == "image two").unwrap();
        assert_eq!(image.command, "rig build --board two");
    }

    #[test]
    fn steps_can_be_named() {
        assert_eq!(names(&Selection::Named(&["demo".to_owned()])), ["demo one", "demo two"]);
        assert_eq!(names(&Selection::Named(&["nosuch".to_owned()])), [""; 0]);
    }

    #[test]
    fn the_last_lines_count_and_name_what_failed() {
        let task = Task { name: "x".to_owned(), command: String::new() };
        let result = |outcome| (task.clone(), outcome, Duration::ZERO);
        let mut results = vec![result(Outcome::Passed), result(Outcome::Failed)];
        assert!(summary(&results).ends_with("\n\n1 passed, 1 failed\nfailed: x\n"));
        results.push(result(Outcome::Skipped("no tool".to_owned())));
        let text = summary(&results);
        assert!(text.ends_with("\n1 passed, 1 failed, 1 skipped\nfailed: x\n"));
        assert!(text.contains("skipped: no tool"));
        assert!(summary(&results[..1]).ends_with("\n1 passed, 0 failed\n"));
    }
}
