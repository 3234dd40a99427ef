//! What scripts are made of.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{Argument, Pattern};

/// A directive and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The line of the suite's text, from 1 on.
    pub number: u32,
    /// What it asks for.
    pub directive: Directive,
}

/// What a script asks for. Every directive is an assertion. Modules are binary; an instance that is
/// not named is the last one that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Directive {
    /// The module loads, and an instance of it is made.
    Module {
        /// The instance's name.
        name: Option<String>,
        /// The module.
        module: Vec<u8>,
    },
    /// The module loads.
    Definition {
        /// The module's name.
        name: Option<String>,
        /// The module.
        module: Vec<u8>,
    },
    /// An instance of a defined module is made.
    Instance {
        /// The instance's name.
        name: Option<String>,
        /// The module's name; without, the last one that was defined.
        definition: Option<String>,
    },
    /// Further modules can import what an instance exports.
    Register {
        /// The name to import it from.
        name: String,
        /// The instance.
        instance: Option<String>,
    },
    /// The action succeeds.
    Action(Action),
    /// The action gives results that match these.
    Return(Action, Vec<Pattern>),
    /// The action traps, with this text or the beginning of it.
    Trap(Action, String),
    /// The action exhausts the guest's stack.
    Exhaustion(Action),
    /// The module does not load.
    Invalid(Vec<u8>),
    /// The module loads, and making an instance of it fails for this reason.
    Unlinkable(Vec<u8>, String),
    /// The threads of a program, which share a memory, return what is allowed, in whatever turns they
    /// run.
    Litmus {
        /// The threads' modules, which import `env.memory` and export `run`.
        threads: Vec<Vec<u8>>,
        /// What they may return.
        allowed: Vec<Vec<i32>>,
    },
    /// A module that can't be encoded, for this reason: an assertion that fails.
    NoModule(String),
    /// What can't be asked of the runtime, for this reason: an assertion that fails.
    Impossible(String),
}

/// What can give results, or trap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Calls an exported function.
    Invoke {
        /// The instance.
        instance: Option<String>,
        /// The function's name.
        name: String,
        /// Its arguments.
        arguments: Vec<Argument>,
    },
    /// Reads an exported global.
    Get {
        /// The instance.
        instance: Option<String>,
        /// The global's name.
        name: String,
    },
    /// Makes an instance of a module.
    Instantiate(Vec<u8>),
}
