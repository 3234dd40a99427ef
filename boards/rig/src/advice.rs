//! How a module that does not fit is to be built, by what is seen in it.

use crate::figures::thousands;
use crate::program::page;
use wasmparser::{DataKind, GlobalType, MemoryType, Operator, Parser, Payload, ValType};

/// How failures begin that a smaller memory may avert, and those that less code may.
const MEMORY: [&str; 2] = ["out of pages", "limit exceeded: Config::memory_maximum"];
const HEAP: [&str; 2] = ["out of heap", "module too large"];
/// Bytes of a stack that is worth a word.
const LARGE_STACK: u64 = 16 * 1024;
/// Bytes of code or of debug information that are worth a word.
const MUCH: u64 = 4 * 1024;
const PAGE: u64 = 65_536;

/// Which flags would help, if one of `errors` says that the module does not fit.
pub(crate) fn advice(errors: &[String], binary: &[u8]) -> Vec<String> {
    let is_any = |of: &[&str]| errors.iter().any(|error| of.iter().any(|it| error.starts_with(it)));
    let (memory, heap) = (is_any(&MEMORY), is_any(&HEAP));
    let Some(seen) = Seen::in_module(binary).filter(|_| memory || heap) else { return Vec::new() };
    let mut advice = if memory { seen.memory() } else { Vec::new() };
    if heap {
        advice.extend(seen.code());
    }
    advice.extend(seen.debug());
    if !advice.is_empty() {
        let page = page("guests.md");
        advice.push(format!(
            "flags of the linker are -Clink-arg=FLAG in Rust, -Wl,FLAG with clang: see {page}"
        ));
    }
    advice
}

/// How to find out where a guest stopped, if one of `errors` says that it did.
pub(crate) fn where_it_failed(errors: &[String]) -> Option<String> {
    const STOPPED: [&str; 12] = [
        "call stack exhausted",
        "expected shared memory",
        "indirect call type mismatch",
        "integer divide by zero",
        "integer overflow",
        "invalid conversion to integer",
        "out of bounds memory access",
        "out of bounds table access",
        "out of fuel",
        "unaligned atomic",
        "uninitialized element",
        "unreachable",
    ];
    let stopped = |error: &String| STOPPED.iter().any(|it| error.starts_with(it));
    errors.iter().any(stopped).then(|| "--backtrace shows where in the guest".to_owned())
}

/// What a module's sections say.
#[derive(Default)]
struct Seen {
    /// The memories that it defines.
    memories: Vec<MemoryType>,
    /// Where the stack begins that compilers keep in a memory: it grows towards 0.
    stack_pointer: Option<u64>,
    /// Where active segments begin and end.
    data: Vec<(u64, u64)>,
    code: u64,
    debug: u64,
}

impl Seen {
    /// `None` if the module is invalid, which the chip tells.
    fn in_module(binary: &[u8]) -> Option<Self> {
        let mut seen = Self::default();
        for payload in Parser::new(0).parse_all(binary) {
            match payload.ok()? {
                Payload::MemorySection(memories) => {
                    seen.memories = memories.into_iter().collect::<Result<_, _>>().ok()?;
                }
                Payload::GlobalSection(globals) => {
                    let first = globals.into_iter().next();
                    seen.stack_pointer = match first.transpose().ok()? {
                        Some(global) if is_pointer(global.ty) => {
                            constant(&mut global.init_expr.get_operators_reader())
                        }
                        _ => None,
                    };
                }
                Payload::DataSection(segments) => {
                    for segment in segments {
                        let segment = segment.ok()?;
                        if let DataKind::Active { memory_index: 0, offset_expr } = segment.kind
                            && let Some(start) = constant(&mut offset_expr.get_operators_reader())
                        {
                            seen.data.push((start, start + segment.data.len() as u64));
                        }
                    }
                }
                Payload::CodeSectionStart { size, .. } => seen.code = size.into(),
                Payload::CustomSection(section) if section.name().starts_with(".debug") => {
                    seen.debug += section.data().len() as u64;
                }
                _ => {}
            }
        }
        Some(seen)
    }

    /// Bytes of the stack at most: static data without a value may lie in them, too.
    fn stack(&self) -> Option<u64> {
        let top = self.stack_pointer?;
        let below = self.data.iter().filter(|(start, _)| *start < top).map(|(_, end)| *end);
        Some(top.saturating_sub(below.max().unwrap_or(0)))
    }

    fn memory(&self) -> Vec<String> {
        let mut advice = Vec::new();
        if let Some(memory) = self.memories.first() {
            let page = memory.page_size_log2.map_or(PAGE, |log2| 1 << log2);
            let declared = memory.initial.saturating_mul(page);
            if let Some(stack) = self.stack().filter(|&stack| stack >= LARGE_STACK) {
                let of = format!("{} of the {} bytes", thousands(stack), thousands(declared));
                advice.push(format!("{of} of its memory are stack: -zstack-size=1024"));
            }
            if page == PAGE {
                let pages = format!("its memory has {}", pages(memory.initial));
                advice.push(format!(
                    "{pages}: with pages of one byte it takes what it needs: --page-size=1"
                ));
            }
            match memory.maximum.map(|maximum| maximum.saturating_mul(page)) {
                None => advice.push(
                    "its memory has no maximum, so that room to grow is reserved: \
                     --no-growable-memory or --max-memory=BYTES; or run it with --reserve 0"
                        .to_owned(),
                ),
                Some(maximum) if maximum > declared => {
                    let bytes = thousands(maximum);
                    advice.push(format!(
                        "its maximum of {bytes} bytes is reserved: --max-memory=BYTES"
                    ));
                }
                Some(_) => {}
            }
        }
        advice
    }

    fn code(&self) -> Option<String> {
        let bytes = thousands(self.code);
        let text =
            "opt-level = \"s\" and lto = true in Rust, -Os with clang; and run it with --prepared";
        (self.code >= MUCH).then(|| format!("{bytes} bytes of code are translated: {text}"))
    }

    fn debug(&self) -> Option<String> {
        let bytes = thousands(self.debug);
        let text = format!("{bytes} bytes of the module are debug information: --strip-debug");
        (self.debug >= MUCH).then_some(text)
    }
}

fn pages(count: u64) -> String {
    format!("{} {} of 64 KiB", thousands(count), if count == 1 { "page" } else { "pages" })
}

fn is_pointer(ty: GlobalType) -> bool {
    ty.mutable && ty.content_type == ValType::I32
}

/// The address that an expression gives, if it is a constant.
fn constant(operators: &mut wasmparser::OperatorsReader<'_>) -> Option<u64> {
    match operators.read().ok()? {
        Operator::I32Const { value } => Some(value.cast_unsigned().into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{advice, where_it_failed};

    /// The advice for a text whose memory is too large, without the last line.
    fn of(text: &str) -> Vec<String> {
        of_error("out of pages: needs 17 pages (1114112 bytes), 0 bytes free", text)
    }

    fn of_error(error: &str, text: &str) -> Vec<String> {
        let error = error.to_owned();
        let mut lines = advice(&[error], &wat::parse_str(text).unwrap());
        if let Some(last) = lines.pop() {
            assert!(last.contains("-Clink-arg=FLAG"), "{last}");
        }
        lines
    }

    #[test]
    fn a_module_of_rust_by_default_gets_all_flags() {
        let expected = [
            "1,048,576 of the 1,114,112 bytes of its memory are stack: -zstack-size=1024",
            "its memory has 17 pages of 64 KiB: with pages of one byte it takes what it needs: \
             --page-size=1",
            "its memory has no maximum, so that room to grow is reserved: --no-growable-memory or \
             --max-memory=BYTES; or run it with --reserve 0",
        ];
        let text = r#"(module (memory 17) (global (mut i32) (i32.const 1048576))
            (data (i32.const 1048576) "text"))"#;
        assert_eq!(of(text), expected);
    }

    #[test]
    fn a_stack_may_lie_behind_the_data() {
        let text = r#"(module (memory 2 2) (global (mut i32) (i32.const 66576))
            (data (i32.const 1024) "0123456789abcdef"))"#;
        let lines = of(text);
        assert!(lines[0].starts_with("65,536 of the 131,072 bytes of its memory"), "{lines:?}");
        assert_eq!(lines.len(), 2);
    }

    #[test]
    fn a_small_module_gets_none() {
        for text in [
            "(module)",
            "(module (memory 2048 2048 (pagesize 1)) (global (mut i32) (i32.const 1024)))",
        ] {
            assert!(of(text).is_empty(), "{text}");
        }
        let lines = of("(module (memory 2048 4096 (pagesize 1)))");
        assert_eq!(lines, ["its maximum of 4,096 bytes is reserved: --max-memory=BYTES"]);
    }

    #[test]
    fn other_failures_and_other_bytes_get_none() {
        let large = wat::parse_str("(module (memory 17))").unwrap();
        assert!(advice(&["unreachable: \"f\"".to_owned()], &large).is_empty());
        assert!(advice(&[], &large).is_empty());
        assert!(advice(&["out of heap: needs 5".to_owned()], b"\0asm").is_empty());
    }

    #[test]
    fn a_guest_that_stopped_can_be_asked_where() {
        let told = |error: &str| where_it_failed(&[error.to_owned()]).is_some();
        assert!(told("unreachable: \"f\"") && told("out of fuel: start function"));
        assert!(!told("out of heap: needs 5") && !told("exit 3: \"_start\""));
        assert!(where_it_failed(&[]).is_none());
    }

    #[test]
    fn a_heap_is_for_code() {
        let function = "(func (drop (i32.add (i32.const 1) (i32.const 2))))".repeat(800);
        let text = format!("(module (memory 17) {function})");
        let lines = of_error("out of heap: needs 9 bytes, 5 free", &text);
        assert_eq!(lines.len(), 1);
        assert!(
            lines[0].ends_with(
                " bytes of code are translated: opt-level = \"s\" and lto = true \
             in Rust, -Os with clang; and run it with --prepared"
            ),
            "{lines:?}"
        );
        let error = "limit exceeded: Config::memory_maximum (at most 1, found 17)";
        assert_eq!(of_error(error, &text), of(&text));
        assert_eq!(of(&text).len(), 2);
    }

    #[test]
    fn debug_information_is_told() {
        let text = format!("(module (@custom \".debug_info\" \"{}\"))", "x".repeat(5000));
        let expected = "5,000 bytes of the module are debug information: --strip-debug";
        assert_eq!(of(&text), [expected]);
    }
}
