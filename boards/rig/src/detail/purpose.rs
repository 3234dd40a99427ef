//! What blocks of the heap are for, by the calls that asked for them.

use super::calls::Call;

/// What a block is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Purpose {
    /// Whose it is: a part of the firmware.
    pub(super) owner: &'static str,
    pub(super) what: &'static str,
}

const INTERPRETER: &str = "interpreter";
const VELLUM: &str = "Vellum";
const RUNNER: &str = "runner";

/// Functions that ask for what their callers need.
const GENERAL: &[&str] = &["vellum::world::entries::"];

/// Whose functions ask for what, by how their paths begin. The first that fits counts.
const RULES: &[(&str, &str, &str)] = &[
    ("wasmi::engine::code_map::Funcs", INTERPRETER, "function entries"),
    ("wasmi::engine::code_map::", INTERPRETER, "code"),
    ("wasmi::engine::func_types::", INTERPRETER, "types"),
    ("wasmi::engine::translator::", INTERPRETER, "translator's buffers"),
    ("wasmi::engine::ReusableAllocationStack", INTERPRETER, "translator's buffers"),
    ("wasmi::engine::executor::handler::state::ValueStack", INTERPRETER, "value stack"),
    ("wasmi::engine::executor::handler::state::CallStack", INTERPRETER, "call frames"),
    ("wasmi::engine::", INTERPRETER, "engine"),
    ("wasmi_core::fuel::", INTERPRETER, "engine"),
    ("wasmi::func::ty::", INTERPRETER, "types"),
    ("wasmi::module::builder::ModuleBuilder>::push_func_types", INTERPRETER, "types"),
    ("wasmi::module::builder::ModuleBuilder>::push_exports", INTERPRETER, "exports of the module"),
    ("wasmi::module::builder::ModuleBuilder>::push_imports", INTERPRETER, "imports of the module"),
    ("wasmi::module::import::", INTERPRETER, "imports of the module"),
    ("wasmi::module::Module>::extract_exports", INTERPRETER, "exports of the instance"),
    ("wasmi::module::Module>::", INTERPRETER, "instance"),
    ("wasmi::module::", INTERPRETER, "module"),
    (
        "wasmi::instance::builder::InstanceEntityBuilder>::push_export",
        INTERPRETER,
        "exports of the instance",
    ),
    ("wasmi::instance::", INTERPRETER, "instance"),
    ("wasmi::store::inner::StoreInner>::alloc_instance", INTERPRETER, "instance"),
    ("wasmi::store::inner::StoreInner>::alloc_func", INTERPRETER, "host functions"),
    (
        "wasmi::store::Store<vellum::world::definitions::World>>::alloc_trampoline",
        INTERPRETER,
        "host functions",
    ),
    ("wasmi::store::inner::StoreInner>::alloc_", INTERPRETER, "memories, tables, globals"),
    ("wasmi::memory::", INTERPRETER, "memories, tables, globals"),
    ("wasmi::table::", INTERPRETER, "memories, tables, globals"),
    ("wasmi::global::", INTERPRETER, "memories, tables, globals"),
    ("wasmi::store::", INTERPRETER, "store's lists"),
    ("wasmi::func::", INTERPRETER, "host functions"),
    ("wasmi::", INTERPRETER, "other"),
    ("wasmparser::", INTERPRETER, "validator's buffers"),
    ("vellum_prepare::bound::", VELLUM, "bound of the heap"),
    ("vellum_prepare::data::", VELLUM, "data segments"),
    ("vellum_prepare::stored::", VELLUM, "names and lists of the module"),
    ("vellum_prepare::memories::", VELLUM, "names and lists of the module"),
    ("vellum_prepare::", VELLUM, "module pass"),
    ("vellum::func::", VELLUM, "host functions"),
    ("vellum::linker::", VELLUM, "linker"),
    ("vellum::world::definitions::World>::keep", VELLUM, "host functions"),
    ("vellum::builtins::", VELLUM, "host functions"),
    ("vellum::world::placement::", VELLUM, "memories, tables, globals"),
    ("vellum::memory::", VELLUM, "memories, tables, globals"),
    ("vellum::values::", VELLUM, "memories, tables, globals"),
    ("vellum::module::", VELLUM, "names and lists of the module"),
    ("vellum::instance::", VELLUM, "instance"),
    ("vellum::store::", VELLUM, "store, with the interpreter's"),
    ("vellum::world::", VELLUM, "store, with the interpreter's"),
    ("vellum::engine::", VELLUM, "engine"),
    ("vellum::", VELLUM, "other"),
    // The store itself, which a runner puts on the heap.
    ("vellum_scenarios::runner::store::", VELLUM, "store, with the interpreter's"),
    ("vellum_scenarios::", RUNNER, "the job and what it prints"),
];

/// By the innermost of the calls that is known.
pub(super) fn of(calls: &[Call]) -> Purpose {
    let fitting = |call: &Call| {
        let path = call.0.trim_start_matches(['<', '&']);
        if GENERAL.iter().any(|start| path.starts_with(start)) {
            return None;
        }
        let rule = RULES.iter().find(|(start, ..)| path.starts_with(start));
        rule.map(|&(_, owner, what)| Purpose { owner, what })
    };
    calls.iter().find_map(fitting).unwrap_or(Purpose { owner: "not known", what: "" })
}

#[cfg(test)]
mod tests {
    use super::{Call, Purpose, of};

    fn purpose(calls: &[&str]) -> (&'static str, &'static str) {
        let calls: Vec<_> = calls.iter().map(|&name| Call(name.to_owned())).collect();
        let Purpose { owner, what } = of(&calls);
        (owner, what)
    }

    #[test]
    fn the_innermost_call_that_is_known_counts() {
        let push = "<alloc::vec::Vec<vellum_scenarios::runner::Step>>::push";
        let map = "<wasmi_collections::map::Map<u32, u32>>::insert";
        let exports = "<wasmi::module::builder::ModuleBuilder>::push_exports::<u32>";
        let load = "<vellum::module::Module>::load";
        assert_eq!(purpose(&[push, map, exports, load]), ("interpreter", "exports of the module"));
        assert_eq!(purpose(&[push, load]), ("Vellum", "names and lists of the module"));
        let linker = "<vellum::linker::Linker<vellum_scenarios::runner::Program>>::insert";
        assert_eq!(purpose(&[linker, "vellum_scenarios::runner::run"]), ("Vellum", "linker"));
        let entries = "vellum::world::entries::push::<vellum::linker::Definition>";
        assert_eq!(purpose(&[entries, linker]), ("Vellum", "linker"));
        assert_eq!(purpose(&[push]), ("not known", ""));
    }
}
