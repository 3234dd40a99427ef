//! What an instrumented guest tells while it runs.

use crate::debugging::Debugging;
use crate::invocation::Invocation;
use crate::module;
use crate::post_mortem::PostMortem;
use crate::profile::Profile;
use anyhow::Result;
use vellum_instrument::Symbols;

/// What a guest has told, if it was asked.
#[derive(Default)]
pub(crate) struct Observed {
    is_on: bool,
    left: PostMortem,
    profile: Profile,
}

impl Observed {
    /// Nothing, of a guest that is to tell this.
    pub(crate) fn by(debugging: &Debugging) -> Self {
        Self { is_on: debugging.is_on(), ..Self::default() }
    }

    /// Takes in a line, and tells whether it is one of these.
    pub(crate) fn take(&mut self, line: &str) -> bool {
        self.is_on && (self.left.take(line) || self.profile.take(line))
    }

    /// Prints and writes what was asked for.
    pub(crate) fn tell(self, invocation: &Invocation) -> Result<()> {
        let told = invocation.debugging.on_failure.explain(self.left, &invocation.file);
        if let Some(file) = &invocation.debugging.profile {
            let original = module::read(&invocation.file)?;
            self.profile.write(file.as_deref(), &Symbols::of(&original)?)?;
        }
        told
    }
}
