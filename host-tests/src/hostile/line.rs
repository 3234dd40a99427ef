//! Lines of the list of hostile modules.

/// A line of the list.
pub(crate) struct Line<'a> {
    /// What runs, as `cargo rig batch` reads it.
    pub(crate) command: &'a str,
    /// What the line that it prints begins with; one of these.
    pub(crate) beginnings: Vec<&'a str>,
}

impl<'a> Line<'a> {
    /// `None` for a line that runs nothing.
    pub(crate) fn parse(line: &'a str) -> Option<Self> {
        if line.starts_with('#') {
            return None;
        }
        let (command, beginnings) = line.split_once(" # ")?;
        Some(Self { command, beginnings: beginnings.split(" | ").collect() })
    }
}
