//! How far a job has come.

/// What is being done with a job's module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is read, and translated.
    Loading,
    /// It is linked, and its start function runs.
    Instantiating,
    /// The function that was asked for runs.
    Calling,
    /// What it used is measured and given back.
    Unloading,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Step; 4] = [Step::Loading, Step::Instantiating, Step::Calling, Step::Unloading];

    /// The step as messages name it.
    pub const fn name(self) -> &'static str {
        match self {
            Step::Loading => "loading",
            Step::Instantiating => "instantiating",
            Step::Calling => "calling",
            Step::Unloading => "unloading",
        }
    }
}
