//! Litmus tests: small programs whose forbidden outcomes tell one memory model from another. Guests
//! get sequential consistency.

use vellum_scenarios::script::Directive;

/// A test: what each thread does, and whether an outcome is forbidden.
///
/// A thread is a function of the words `x` at 0 and `y` at 64 to a result of two binary digits,
/// written in decimal.
#[derive(Debug)]
pub struct Litmus {
    /// The name that it is known by.
    pub name: &'static str,
    /// The bodies of the threads' functions.
    pub threads: &'static [&'static str],
    /// Whether what the threads returned is forbidden.
    pub forbidden: fn(&[i32]) -> bool,
}

/// All tests.
pub const LITMUS: &[Litmus] = &[
    Litmus {
        name: "store buffering",
        threads: &[
            "(i32.atomic.store (i32.const 0) (i32.const 1)) (i32.atomic.load (i32.const 64))",
            "(i32.atomic.store (i32.const 64) (i32.const 1)) (i32.atomic.load (i32.const 0))",
        ],
        forbidden: |seen| seen == [0, 0],
    },
    Litmus {
        name: "load buffering",
        threads: &[
            "(i32.atomic.load (i32.const 0)) (i32.atomic.store (i32.const 64) (i32.const 1))",
            "(i32.atomic.load (i32.const 64)) (i32.atomic.store (i32.const 0) (i32.const 1))",
        ],
        forbidden: |seen| seen == [1, 1],
    },
    Litmus {
        name: "message passing",
        threads: &[
            "(i32.store (i32.const 0) (i32.const 1)) \
             (i32.atomic.store (i32.const 64) (i32.const 1)) (i32.const 0)",
            "(i32.mul (i32.atomic.load (i32.const 64)) (i32.const 10)) \
             (i32.load (i32.const 0)) i32.add",
        ],
        forbidden: |seen| seen == [0, 10],
    },
    Litmus {
        name: "store buffering, plain",
        threads: &[
            "(i32.store (i32.const 0) (i32.const 1)) (i32.load (i32.const 64))",
            "(i32.store (i32.const 64) (i32.const 1)) (i32.load (i32.const 0))",
        ],
        forbidden: |seen| seen == [0, 0],
    },
    Litmus {
        name: "load buffering, plain",
        threads: &[
            "(i32.load (i32.const 0)) (i32.store (i32.const 64) (i32.const 1))",
            "(i32.load (i32.const 64)) (i32.store (i32.const 0) (i32.const 1))",
        ],
        forbidden: |seen| seen == [1, 1],
    },
    Litmus {
        name: "message passing, plain",
        threads: &[
            "(i32.store (i32.const 0) (i32.const 1)) (i32.store (i32.const 64) (i32.const 1)) \
             (i32.const 0)",
            "(i32.mul (i32.load (i32.const 64)) (i32.const 10)) (i32.load (i32.const 0)) i32.add",
        ],
        forbidden: |seen| seen == [0, 10],
    },
    Litmus {
        name: "message passing, with a wait",
        threads: &[
            "(i32.store (i32.const 0) (i32.const 1)) \
             (i32.atomic.store (i32.const 64) (i32.const 1)) \
             (drop (memory.atomic.notify (i32.const 64) (i32.const 1))) (i32.const 0)",
            "(drop (memory.atomic.wait32 (i32.const 64) (i32.const 0) (i64.const -1))) \
             (i32.load (i32.const 0))",
        ],
        forbidden: |seen| seen != [0, 1],
    },
    Litmus {
        name: "coherence of reads",
        threads: &[
            "(i32.atomic.store (i32.const 0) (i32.const 1)) (i32.const 0)",
            "(i32.mul (i32.atomic.load (i32.const 0)) (i32.const 10)) \
             (i32.atomic.load (i32.const 0)) i32.add",
        ],
        forbidden: |seen| seen == [0, 10],
    },
    Litmus {
        name: "independent reads of independent writes",
        threads: &[
            "(i32.atomic.store (i32.const 0) (i32.const 1)) (i32.const 0)",
            "(i32.atomic.store (i32.const 64) (i32.const 1)) (i32.const 0)",
            "(i32.mul (i32.atomic.load (i32.const 0)) (i32.const 10)) \
             (i32.atomic.load (i32.const 64)) i32.add",
            "(i32.mul (i32.atomic.load (i32.const 64)) (i32.const 10)) \
             (i32.atomic.load (i32.const 0)) i32.add",
        ],
        forbidden: |seen| seen == [0, 0, 10, 10],
    },
    Litmus {
        name: "exchange",
        threads: &[
            "(i32.atomic.rmw.xchg (i32.const 0) (i32.const 1))",
            "(i32.atomic.rmw.xchg (i32.const 0) (i32.const 1))",
        ],
        forbidden: |seen| seen != [0, 1] && seen != [1, 0],
    },
];

impl Litmus {
    /// The texts of modules whose function `run` does what the threads do, on the imported memory
    /// `env.memory` of one to two pages.
    pub fn modules(&self) -> impl Iterator<Item = String> {
        self.threads.iter().map(|body| {
            format!(
                r#"(module (import "env" "memory" (memory 1 2 shared))
                    (func $gap)
                    (func (export "run") (result i32) {}))"#,
                apart(body)
            )
        })
    }

    /// The test as a directive of a script.
    ///
    /// # Errors
    ///
    /// If a thread is not the text of a function.
    pub fn directive(&self) -> Result<Directive, wat::Error> {
        let threads = self.modules().map(wat::parse_str).collect::<Result<_, _>>()?;
        let mut allowed = vec![Vec::new()];
        for _ in self.threads {
            let longer = |seen: Vec<i32>| [0, 1, 10, 11].map(|one| [&*seen, &[one]].concat());
            allowed = allowed.into_iter().flat_map(longer).collect();
        }
        allowed.retain(|seen| !(self.forbidden)(seen));
        Ok(Directive::Litmus { threads, allowed })
    }
}

/// Puts a call behind every operation, where a slice may end.
fn apart(body: &str) -> String {
    let mut depth = 0;
    body.chars().fold(String::new(), |mut text, c| {
        text.push(c);
        depth += i32::from(c == '(') - i32::from(c == ')');
        if c == ')' && depth == 0 {
            text.push_str(" (call $gap)");
        }
        text
    })
}
