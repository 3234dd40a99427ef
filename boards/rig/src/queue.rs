//! The runs of a batch that are still to come.

use std::collections::VecDeque;

/// The runs in order. The chip announces those it carries out; the others, whose module can't be
/// read, are to be told of in between.
#[derive(Default)]
pub(crate) struct Queue<'a> {
    waiting: VecDeque<(&'a str, Option<anyhow::Error>)>,
}

impl<'a> Queue<'a> {
    /// Adds a run at the end, with the reason if its module can't be read.
    pub(crate) fn add(&mut self, name: &'a str, unreadable: Option<anyhow::Error>) {
        self.waiting.push_back((name, unreadable));
    }

    /// If a line is the chip's announcement of its next run, takes that run and gives the
    /// unreadable ones before it.
    pub(crate) fn announced(&mut self, line: &str) -> Option<Vec<(&'a str, anyhow::Error)>> {
        let name = line.strip_prefix("== ")?;
        let (next, _) = self.waiting.iter().find(|(_, unreadable)| unreadable.is_none())?;
        if *next != name {
            return None;
        }
        let before = self.unreadable();
        self.waiting.pop_front();
        Some(before)
    }

    /// What is left when the chip is through.
    pub(crate) fn rest(&mut self) -> Vec<(&'a str, anyhow::Error)> {
        self.unreadable()
    }

    /// Takes the unreadable runs up to the next readable one.
    fn unreadable(&mut self) -> Vec<(&'a str, anyhow::Error)> {
        let mut taken = Vec::new();
        while let Some((name, Some(error))) =
            self.waiting.pop_front_if(|(_, unreadable)| unreadable.is_some())
        {
            taken.push((name, error));
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;
    use anyhow::anyhow;

    /// `!` marks an unreadable module.
    fn queue<'a>(names: &[&'a str]) -> Queue<'a> {
        let mut queue = Queue::default();
        for name in names {
            let unreadable = name.ends_with('!').then(|| anyhow!("cannot read module: {name}"));
            queue.add(name, unreadable);
        }
        queue
    }

    fn names(told: Vec<(&str, anyhow::Error)>) -> Vec<&str> {
        told.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn unreadable_runs_are_told_in_their_place() {
        let mut queue = queue(&["a", "b!", "c!", "a", "d!"]);
        assert_eq!(queue.announced("== a").map(names).unwrap(), [""; 0]);
        assert_eq!(queue.announced("== a").map(names).unwrap(), ["b!", "c!"]);
        assert_eq!(names(queue.rest()), ["d!"]);
        assert_eq!(names(queue.rest()), [""; 0]);
    }

    #[test]
    fn output_of_guests_is_no_announcement() {
        let mut queue = queue(&["b!", "a"]);
        for line in ["a", "== b", "== b!", "==a", " == a"] {
            assert!(queue.announced(line).is_none(), "{line}");
        }
        assert!(queue.announced("== a").is_some());
        assert!(queue.announced("== a").is_none());
    }
}
