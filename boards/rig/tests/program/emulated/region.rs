//! One region for heap and pages on the board with least RAM.

use super::Modules;
use crate::support::rig;
use serde_json::Value;

const BOARD: &str = "stm32f405";

/// A module with so many functions of so much code, and a memory of this type.
fn module(functions: usize, code: usize, memory: &str) -> String {
    let statement = "(i32.store (local.get 0) (i32.mul (i32.load (local.get 0)) \
                     (i32.add (local.get 0) (i32.const 77777))))";
    let function = format!("(func (param i32) {})", statement.repeat(code));
    format!("(module (memory {memory}) {})", function.repeat(functions))
}

/// The heap's peak and the bytes of pages of a module that fits.
fn costs(modules: &Modules, name: &str, text: String) -> (u64, u64) {
    let file = modules.file(name, text);
    let ran = rig(&["budget", &file, "--board", BOARD, "--prepared", "--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let measured = |what: &str| document["measured"][what].as_u64().unwrap();
    (measured("heap_peak_bytes"), measured("memory_reserved_bytes"))
}

#[test]
fn a_page_with_36_kib_of_heap_and_8_kib_with_90_both_fit() {
    let modules = Modules::new();
    let (heap, pages) = costs(&modules, "page.wat", module(8, 121, "1 1"));
    assert!(heap >= 36 * 1024 && pages == 65_536, "{heap} {pages}");
    let (heap, pages) = costs(&modules, "small.wat", module(91, 31, "8192 8192 (pagesize 1)"));
    assert!(heap >= 90 * 1024 && pages == 8192, "{heap} {pages}");
}

#[test]
fn memories_that_leave_no_heap_to_run_the_guest_are_refused() {
    let modules = Modules::new();
    let mut runs = String::new();
    for bytes in (90 * 1024..=108 * 1024).step_by(1024) {
        let name = format!("{bytes}.wat");
        let memory = format!("(memory 8192 {bytes} (pagesize 1))");
        modules.file(&name, format!("(module (import \"\" \"\" {memory}))"));
        runs.push_str(&format!("{name}\n"));
    }
    let output = super::batch::batch(&modules.file("all.list", runs), BOARD).stdout;
    let blocks: Vec<&str> = output.split("== ").skip(1).collect();
    assert_eq!(blocks.len(), 19, "{output}");
    for block in blocks {
        let (_, told) = block.split_once('\n').unwrap();
        let expected =
            ["nothing to run: ", "error: out of pages: needs ", "error: out of heap: needs "];
        assert!(expected.iter().any(|start| told.starts_with(start)), "{block}");
    }
}

#[test]
fn what_both_have_no_room_for_is_refused_and_all_is_there_again() {
    let modules = Modules::new();
    modules.file("page.wat", module(1, 1, "1 1"));
    modules.file("two.wat", module(1, 1, "1 1").replace("(module", "(module (memory 1 1)"));
    modules.file("large.wat", module(100, 20, "1 1"));
    let runs = "page.wat\ntwo.wat\nlarge.wat\n".repeat(3) + "page.wat\n";
    let list = modules.file("all.list", runs);
    let output = super::batch::batch(&list, BOARD).stdout;
    let blocks: Vec<&str> = output.split("== ").skip(1).collect();
    assert_eq!(blocks.len(), 10, "{output}");
    for block in blocks {
        let (name, output) = block.split_once('\n').unwrap();
        let expected = match name {
            "page.wat" => "nothing to run: ",
            "two.wat" => "error: out of pages: needs ",
            _ => "error: out of heap: needs ",
        };
        assert!(output.starts_with(expected), "{block}");
    }
}
