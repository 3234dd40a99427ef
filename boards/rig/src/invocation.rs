//! One run of a module: which file, which function, with what. The same on the command line and
//! in a batch list.

use crate::debugging::Debugging;
use crate::module::{self, in_parts};
use crate::optimizing::Optimizing;
use anyhow::{Result, anyhow};
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use vellum_instrument::instrument;
use vellum_prepare::{Options, prepare_to_vec, shares_memory};

/// One run of a module.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct Invocation {
    /// The module: a binary (`.wasm`) or a text (`.wat`) file
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) invoke: Invoke,

    /// Stop the guest after this much fuel, about one unit an instruction [default: no limit]
    #[arg(long, value_name = "UNITS")]
    pub(crate) fuel: Option<u64>,

    /// Let a thread of the guest give way to the next one after this much fuel [default: 10,000]
    #[arg(long, value_name = "UNITS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) slice: Option<u64>,

    #[command(flatten)]
    pub(crate) settings: Settings,

    #[command(flatten)]
    pub(crate) debugging: Debugging,

    #[command(flatten)]
    pub(crate) strings: Strings,

    /// Also print what the run cost: memory, heap, stacks, instructions
    #[arg(long)]
    pub(crate) report: bool,
}

/// What the guest reads by the system interface.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(crate) struct Strings {
    /// Give the guest a variable of the environment, by the system interface; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    env: Vec<String>,

    /// Give the guest an argument behind its name, by the system interface; may be repeated
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, value_parser = string)]
    arg: Vec<String>,
}

impl Strings {
    /// What is between two strings.
    const END: &str = "\u{1f}";

    /// All of them as one text, arguments with an `a` before them and variables with an `e`; `-` if there
    /// are none.
    pub(crate) fn text(&self) -> String {
        let arguments = self.arg.iter().map(|text| format!("a{text}"));
        let strings = arguments.chain(self.env.iter().map(|text| format!("e{text}")));
        let text = strings.collect::<Vec<_>>().join(Self::END);
        if text.is_empty() { "-".to_owned() } else { text }
    }
}

/// A string without what programs in C can't have, and what is between two of them.
fn string(text: &str) -> Result<String, &'static str> {
    let text = text.strip_prefix(SHIELD).map_or(text.to_owned(), |rest| format!("-{rest}"));
    if text.contains(['\0', '\u{1f}']) { Err("has a control character") } else { Ok(text) }
}

fn variable(text: &str) -> Result<String, &'static str> {
    match text.split_once('=') {
        None | Some(("", _)) => Err("not NAME=VALUE"),
        Some(_) => string(text),
    }
}

/// What of the board's settings a run changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(crate) struct Settings {
    /// Let a memory without a maximum grow by so many pages of 64 KiB [default: a quarter of the pool]
    #[arg(long, value_name = "PAGES")]
    pub(crate) reserve: Option<u16>,

    /// Let the run have so many bytes of heap [default: all that is free]
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) heap: Option<u32>,

    /// Give the guest a value stack of so many bytes [default: that of the board]
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) stack: Option<u32>,

    /// Let so many functions of the guest be active at once [default: as the board does]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) calls: Option<u32>,

    /// Translate each function when it is called first: the firmware ends if no heap is left for it then
    #[arg(long)]
    pub(crate) lazy: bool,

    /// Eagerly, without asking whether the heap has room for it
    #[arg(skip)]
    pub(crate) unasked: bool,

    #[command(flatten)]
    pub(crate) optimizing: Optimizing,

    /// Prepare the module on this computer, so that the chip need not
    #[arg(long)]
    pub(crate) prepared: bool,

    /// Split the module on this computer into parts of up to so many bytes of code, which the chip loads
    /// when they are called first, and prepare them [default of BYTES: 512]
    #[arg(long, value_name = "BYTES", num_args = 0..=1, require_equals = true,
          default_missing_value = "512")]
    pub(crate) parts: Option<usize>,
}

impl Invocation {
    /// A run that calls a function without arguments.
    pub(crate) fn calling(file: PathBuf, function: &str) -> Self {
        let invoke = Invoke { words: vec![function.to_owned()] };
        let (settings, strings) = (Settings::default(), Strings::default());
        let debugging = Debugging::default();
        Self { file, invoke, fuel: None, slice: None, settings, debugging, strings, report: false }
    }

    /// The module as the chip gets it.
    pub(crate) fn module(&self) -> Result<Vec<u8>> {
        let binary = module::read(&self.file)?;
        let Some(options) = self.debugging.options() else { return self.stored(binary) };
        let instrumented = instrument(&binary, &options)
            .map_err(|error| anyhow!("cannot instrument: {}: {error}", self.file.display()))?;
        self.stored(instrumented)
    }

    /// A module as the chip gets it, by these settings.
    pub(crate) fn stored(&self, mut binary: Vec<u8>) -> Result<Vec<u8>> {
        if let Some(optimized) = self.settings.optimizing.optimized(&binary)? {
            binary = optimized;
        }
        binary.truncate(module::without_trailing_sections(&binary).len());
        let options = self.options(&binary);
        match self.settings {
            Settings { parts: Some(bytes), .. } => in_parts(&binary, bytes, &options),
            Settings { prepared: true, .. } => {
                prepare_to_vec(&binary, &options).map_err(|error| anyhow!("{error}"))
            }
            _ => Ok(binary),
        }
    }

    /// How the module is prepared, here or on the chip.
    pub(crate) fn options(&self, binary: &[u8]) -> Options {
        let shares = shares_memory(binary).unwrap_or(false);
        Options::new().threads(shares || self.slice.is_some())
    }
}

/// What a run calls.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct Invoke {
    /// Call this exported function with these arguments, instead of the start function and `_start`
    ///
    /// Integers are decimal or 0x hexadecimal, floats decimal, `inf` or `nan`; all may be negative.
    #[arg(long = "invoke", num_args = 1.., value_names = ["FUNCTION", "ARG"],
          value_parser = unshielded)]
    words: Vec<String>,
}

impl Invoke {
    /// The function and its arguments, or `None` for the module's own start.
    pub(crate) fn call(&self) -> Option<(&str, &[String])> {
        self.words.split_first().map(|(name, arguments)| (name.as_str(), arguments))
    }

    /// Function and arguments, encoded and separated by tabs; empty for the module's own start.
    pub(crate) fn tab_separated(&self) -> String {
        let Some((name, arguments)) = self.call() else { return String::new() };
        let arguments = arguments.iter().map(|argument| format!("\t{}", encoded(argument)));
        name.to_owned() + &arguments.collect::<String>()
    }
}

/// An argument as the firmware takes it: the text and, after a semicolon each, the bits of the
/// single and the double precision float that it may be. Reading floats takes large tables, which
/// are better kept off the chip.
pub(crate) fn encoded(argument: &str) -> String {
    let single = argument.parse().map(f32::to_bits).map(|bits| format!("{bits:08x}"));
    let double = argument.parse().map(f64::to_bits).map(|bits| format!("{bits:016x}"));
    format!("{argument};{};{}", single.unwrap_or_default(), double.unwrap_or_default())
}

/// Stands for a `-` at the start of a negative number, which would be read as an option.
pub(crate) const SHIELD: char = '\u{2212}';

/// Protects the negative numbers among command line arguments from being read as options.
pub(crate) fn shielded(argument: OsString) -> OsString {
    match argument.to_str().and_then(negative_number) {
        Some(magnitude) => format!("{SHIELD}{magnitude}").into(),
        None => argument,
    }
}

fn negative_number(argument: &str) -> Option<&str> {
    let magnitude = argument.strip_prefix('-')?;
    let numeric = magnitude.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    (numeric || magnitude.starts_with("inf") || magnitude.starts_with("nan")).then_some(magnitude)
}

fn unshielded(argument: &str) -> Result<String, std::convert::Infallible> {
    Ok(match argument.strip_prefix(SHIELD) {
        Some(magnitude) => format!("-{magnitude}"),
        None => argument.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{encoded, in_parts, shielded};
    use crate::cli::tests::invocation;
    use vellum_prepare::{Options, prepare};

    #[test]
    fn arguments_may_be_negative_and_options_may_follow() {
        let run =
            invocation(&["a.wasm", "--invoke", "f", "-1", "-inf", "2", "-0x8", "--fuel", "9"]);
        let (name, arguments) = run.invoke.call().unwrap();
        assert_eq!((name, run.fuel), ("f", Some(9)));
        assert_eq!(arguments, ["-1", "-inf", "2", "-0x8"]);
    }

    #[test]
    fn floats_are_read_here() {
        assert_eq!(encoded("0.1"), "0.1;3dcccccd;3fb999999999999a");
        assert_eq!(encoded("-1"), "-1;bf800000;bff0000000000000");
        assert_eq!(encoded("inf"), "inf;7f800000;7ff0000000000000");
        assert_eq!(encoded("0x10"), "0x10;;");
        assert_eq!(encoded(""), ";;");
        let run = invocation(&["a.wasm", "--invoke", "f", "1", "x"]);
        assert_eq!(run.invoke.tab_separated(), "f\t1;3f800000;3ff0000000000000\tx;;");
    }

    #[test]
    fn options_may_come_before_the_file() {
        let run = invocation(&["--report", "--fuel", "1", "a.wat"]);
        assert!(run.report && run.fuel == Some(1) && run.invoke.call().is_none());
    }

    #[test]
    fn parts_have_a_size() {
        let parts = |words: &[&str]| invocation(words).settings.parts;
        assert_eq!(parts(&["a.wasm"]), None);
        assert_eq!(parts(&["--parts", "a.wasm"]), Some(512));
        assert_eq!(parts(&["a.wasm", "--parts=64"]), Some(64));
    }

    #[test]
    fn parts_are_prepared() {
        let text = r#"(module (memory 1) (func (export "f") (loop (br 0))))"#;
        let file = in_parts(&wat::parse_str(text).unwrap(), 64, &Options::new()).unwrap();
        let prepared = prepare(&file, &Options::new()).unwrap();
        assert_eq!((&*prepared.code, prepared.memories.len()), (file.as_slice(), 1));
        let name = b"\x0cvellum.parts";
        assert!(file.windows(name.len()).any(|bytes| bytes == name));
        let error = in_parts(b"", 64, &Options::new()).unwrap_err().to_string();
        assert!(error.starts_with("byte 0: "), "{error}");
    }

    #[test]
    fn strings_of_a_program_are_one_text() {
        let text = |words: &[&str]| invocation(words).strings.text();
        assert_eq!(text(&["a.wasm"]), "-");
        let words = ["a.wasm", "--env", "A=1=2", "--arg", "-v", "--arg", "-1", "--env", "B="];
        assert_eq!(text(&words), "a-v\u{1f}a-1\u{1f}eA=1=2\u{1f}eB=");
        for wrong in ["A", "=1", "", "A=\u{1f}"] {
            assert!(super::variable(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_empty_name_is_a_name() {
        assert_eq!(invocation(&["a", "--invoke", ""]).invoke.call(), Some(("", [].as_slice())));
    }

    #[test]
    fn options_are_not_shielded() {
        assert_eq!(shielded("--fuel".into()), "--fuel");
        assert_eq!(shielded("-h".into()), "-h");
        assert_eq!(shielded("-".into()), "-");
    }
}
