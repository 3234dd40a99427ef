//! The page of `rig inspect --html` in a browser: what it shows once its scripts have run.
#![cfg(feature = "emulated")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// The names under which Chromium is installed.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The document of a page after its scripts have run.
fn document(page: &Path) -> String {
    let profile = tempfile::tempdir().unwrap();
    let browser = BROWSERS.into_iter().find(|name| {
        Command::new(name).arg("--version").output().is_ok_and(|it| it.status.success())
    });
    let output =
        Command::new(browser.expect("Chromium is to be on the path: cargo rig setup --browser"))
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(["--dump-dom", &format!("file://{}", page.display())])
            .output()
            .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What the page of a call shows, without the document that it was made of.
fn shown(text: &str, call: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (module, page) = (folder.path().join("guest.wat"), folder.path().join("page.html"));
    fs::write(&module, text).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_vellum"))
        .arg("inspect")
        .arg(&module)
        .arg("--html")
        .arg(&page)
        .arg("--invoke")
        .args(call)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let document = document(&page);
    let (before, rest) = document.split_once("<script type=").unwrap();
    let (_, after) = rest.split_once("</html>").unwrap();
    format!("{before}{after}")
}

#[test]
fn map_changes_strings_and_bytes_are_shown() {
    let shown = shown(
        r#"(module (memory (export "memory") 128 128 (pagesize 1))
            (global $__stack_pointer (mut i32) (i32.const 32))
            (global (export "__data_end") i32 (i32.const 64))
            (global (export "__heap_base") i32 (i32.const 80))
            (data (i32.const 32) "a cat & a dog")
            (func (export "run") (param i32)
                (i32.store (i32.const 20) (i32.const 1))
                (i32.store8 (i32.const 34) (local.get 0))))"#,
        &["run", "104"],
    );
    for part in [
        r#"<p id="call">run 104</p>"#,
        r#"memory 0 "memory": 128 bytes"#,
        r#"title="stack 0x0000..0x0020, 32 bytes""#,
        "<td>12 bytes in use at most</td>",
        r#"title="data 0x0020..0x002d, 13 bytes""#,
        r#"title="heap 0x0050..0x0080, 48 bytes""#,
        "What the call changed: 1 byte<",
        "<code>63  |c|</code></td><td>\u{2192}</td><td><code>68  |h|</code>",
        "<a>0020</a></td><td><code>a hat &amp; a dog</code>",
        r#"<span class="changed" title="0x0022 = 34: 68, was 63, data">68</span>"#,
        r#"title="0x0050 = 80: 00, heap">00</span>"#,
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[test]
fn what_a_guest_writes_is_text() {
    let hostile = "</script><img src=x onerror=document.title='owned'><!--";
    let long = "n".repeat(10_000);
    let shown = shown(
        &format!(
            r#"(module (memory (export "{hostile}\e2\80\ae{long}") 1 1) (data (i32.const 0) "{hostile}")
                (func (export "{hostile}") (i32.store8 (i32.const 60000) (i32.const 1))))"#
        ),
        &[hostile],
    );
    assert!(!shown.contains("<img") && !shown.contains("owned</title>"), "{shown}");
    assert!(shown.contains("&lt;/script&gt;&lt;img src=x"), "{shown}");
    assert!(shown.contains("0000ea60") && !shown.contains('\u{202e}'), "{shown}");
    assert!(!shown.contains(&long), "{shown}");
}
