//! What may import what: to add a module to a crate, add it to a layer.

/// A crate, and its layers from the lowest to the highest.
pub(crate) struct Crate {
    /// The folder of its source, from the workspace's root on.
    pub(crate) folder: &'static str,
    /// A file imports from its own layer and from lower ones. Modules stand for all that is in them,
    /// and one behind `=` for its file alone; of several the longest holds.
    pub(crate) layers: &'static [(&'static str, &'static [&'static str])],
}

/// The table.
pub(crate) const CRATES: &[Crate] = &[
    Crate {
        folder: "memory-core/src",
        layers: &[
            ("words", &["context", "dump", "lent", "size", "sync", "table", "text", "thousands"]),
            ("errors", &["error"]),
            ("bytes", &["access", "atomic", "block", "inspect", "ty"]),
            ("pages", &["arena", "buffer", "lease", "linear", "pool", "storage", "system"]),
            ("machine", &["host", "platform"]),
            ("waiting", &["interrupt", "lock", "wait"]),
            ("mailboxes", &["mailbox"]),
            ("monitor", &["monitor"]),
            ("shared memory", &["shared"]),
            ("root", &["=", "sharing"]),
        ],
    },
    Crate {
        folder: "runtime/build/src",
        layers: &[
            ("words", &["cost", "error", "thousands"]),
            ("budgets", &["budget"]),
            ("guests", &["guest"]),
            ("root", &["="]),
        ],
    },
    Crate {
        folder: "runtime/compartment/src",
        layers: &[
            (
                "words",
                &["arena", "error", "guard", "job", "progress", "requests", "stack", "stats"],
            ),
            ("stacks", &["side"]),
            (
                "compartments",
                &["compartment", "fault", "interrupted", "registry", "routine", "run_async"],
            ),
            ("allocator", &["give_way", "heap"]),
            ("root", &["="]),
        ],
    },
    Crate {
        folder: "runtime/guest/src",
        layers: &[
            ("words", &["c_header", "define_function", "interface", "line"]),
            ("host", &["host"]),
            ("handlers", &["heap", "panic"]),
            ("root", &["="]),
        ],
    },
    Crate {
        folder: "runtime/instrument/src",
        layers: &[
            ("words", &["costs", "effects", "error", "layout", "names", "symbol"]),
            ("options", &["options"]),
            ("reading", &["lines", "source", "symbols"]),
            ("writing", &["code", "core_dump", "module"]),
            ("root", &["=", "instrument"]),
        ],
    },
    Crate {
        folder: "runtime/prepare/src",
        layers: &[
            (
                "words",
                &[
                    "block_kind",
                    "error",
                    "interruption_feature",
                    "leb",
                    "lookup",
                    "opcode",
                    "proof_of_feature",
                    "suspect",
                    "threads_feature",
                    "validate",
                ],
            ),
            ("descriptions", &["access", "helper", "memories", "options"]),
            (
                "reading and writing",
                &[
                    "custom",
                    "items",
                    "memory_argument",
                    "module_name",
                    "output",
                    "reader",
                    "section",
                ],
            ),
            ("parts of a module", &["data", "host_table", "names", "sizes", "start", "tables"]),
            (
                "instructions",
                &["assembler", "atomics", "call", "change", "locked", "scratch", "table_pieces"],
            ),
            ("mending", &["mend"]),
            ("functions", &["body", "find", "lowering", "replace"]),
            ("modules", &["layout", "references", "scan"]),
            (
                "prepared modules",
                &["believed", "emit", "helper_code", "shared", "stored", "verify"],
            ),
            ("root", &["=", "bound", "imports_only", "prepared", "validation"]),
        ],
    },
    Crate {
        folder: "runtime/optimize/src",
        layers: &[
            ("words", &["error", "options"]),
            ("loops", &["loops"]),
            ("planning", &["plan"]),
            ("writing", &["module", "unroll"]),
            ("root", &["=", "optimize"]),
        ],
    },
    Crate {
        folder: "runtime/sign/src",
        layers: &[
            ("words", &["error", "format"]),
            ("keys", &["key"]),
            ("signatures", &["sign", "verify"]),
            ("root", &["="]),
        ],
    },
    Crate {
        folder: "runtime/split/src",
        layers: &[
            ("words", &["error", "names", "options", "types"]),
            ("reading", &["references", "source"]),
            ("planning", &["order", "plan", "uses"]),
            ("writing", &["code", "main_module", "part", "stored"]),
            ("root", &["=", "split"]),
        ],
    },
    Crate {
        folder: "runtime/src",
        layers: &[
            (
                "features",
                &[
                    "backtrace::names",
                    "if_threads",
                    "interruption_feature",
                    "signed_feature",
                    "threads_feature",
                ],
            ),
            ("types", &["types"]),
            ("errors", &["error"]),
            ("places", &["compartment"]),
            ("engine", &["engine"]),
            ("modules", &["module"]),
            ("backtraces", &["backtrace"]),
            ("world", &["world"]),
            ("store", &["store"]),
            ("handles", &["=func", "memory", "values"]),
            ("scheduling", &["schedule"]),
            ("builtins", &["builtins"]),
            ("instantiation", &["instance"]),
            ("functions", &["func"]),
            ("instances", &["=instance"]),
            ("linker", &["linker"]),
            ("interfaces", &["guest", "wasi"]),
            ("root", &["=", "docs"]),
        ],
    },
];

impl Crate {
    /// The number of the layer that a file is in.
    pub(crate) fn layer(&self, file: &str) -> Option<usize> {
        let length = |name: &&str| match name.strip_prefix('=') {
            Some(alone) => (alone == file).then_some(usize::MAX),
            None => crate::graph::is_within(file, name).then_some(name.len()),
        };
        let best = |names: &[&str]| names.iter().filter_map(length).max();
        let layers = self.layers.iter().enumerate();
        let found = layers.filter_map(|(number, (_, names))| Some((best(names)?, number))).max();
        found.map(|(_, number)| number)
    }
}
