//! Guests in Zig and AssemblyScript, by the commands on the page about guests. Their compilers are fetched
//! from the registries of Python's and Node.js's packages.

use crate::figures::{PAGE, root};
use crate::project::{run, succeed};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ZIG: &str = "0.17.1";
const ASC: &str = "0.28.20";

/// Where a compiler is, in a folder of the build's. What is there stays for the next time.
fn tool(name: &str, program: &str, install: &mut Command) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let program = folder.join(program);
    if !program.exists() {
        fs::create_dir_all(&folder).unwrap();
        succeed(install.current_dir(&folder));
    }
    program
}

fn zig() -> PathBuf {
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--target", "."]).arg(format!("ziglang=={ZIG}"));
    tool(&format!("zig-{ZIG}"), "ziglang/zig", &mut pip)
}

fn asc() -> PathBuf {
    let mut npm = Command::new("npm");
    npm.args(["install", "--silent", "--prefix", "."]).arg(format!("assemblyscript@{ASC}"));
    tool(&format!("asc-{ASC}"), "node_modules/.bin/asc", &mut npm)
}

/// The commands of the page after a heading, one a line, without those that follow in the same section.
fn commands(heading: &str) -> Vec<String> {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    let (_, section) = page.split_once(&format!("## {heading}\n")).unwrap();
    let (_, shell) = section.split_once("```sh\n").unwrap();
    let (shell, _) = shell.split_once("```").unwrap();
    shell.replace("\\\n", " ").lines().map(str::to_owned).collect()
}

/// Runs a command of the page in `folder`, with `program` instead of the first word.
fn execute(command: &str, program: &Path, folder: &Path) {
    let mut words = command.split_whitespace();
    words.next().unwrap();
    succeed(Command::new(program).args(words).current_dir(folder));
}

fn linker() -> PathBuf {
    let output = Command::new("rustc").args(["--print", "target-libdir"]).output().unwrap();
    let folder = PathBuf::from(String::from_utf8(output.stdout).unwrap().trim());
    folder.parent().unwrap().join("bin/rust-lld")
}

/// What the page is to say of a module's size.
fn on_page(text: &str) {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(text), "not on the page: {text}");
}

fn adds(module: &Path) {
    let ran = run(module, &["--invoke", "add", "2", "3"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "5\n"), "{ran:?}");
}

fn size(module: &Path) -> u64 {
    fs::metadata(module).unwrap().len()
}

/// A text whose numbers of four digits have a separator, as on the page.
fn separated(text: &str) -> String {
    let word = |word: &str| match word.parse::<u32>() {
        Ok(number @ 1000..) => format!("{},{:03}", number / 1000, number % 1000),
        _ => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_guest_in_zig() {
    let folder = tempfile::tempdir().unwrap();
    let source = root().join("host-tests/guests/zig/guest.zig");
    fs::copy(source, folder.path().join("guest.zig")).unwrap();
    let [compile, link] = &commands("Zig")[..] else { panic!("two commands") };
    execute(compile, &zig(), folder.path());
    execute(link, &linker(), folder.path());
    let module = folder.path().join("guest.wasm");
    adds(&module);
    on_page(&format!("prints the sum is {} bytes with a memory of 1,024", size(&module)));
}

#[test]
fn a_guest_in_assemblyscript() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["guest.ts", "array.ts"] {
        let source = root().join("host-tests/guests/assemblyscript").join(file);
        fs::copy(source, folder.path().join(file)).unwrap();
    }
    let [command] = &commands("AssemblyScript")[..] else { panic!("one command") };
    let asc = asc();
    let module = folder.path().join("guest.wasm");
    execute(command, &asc, folder.path());
    adds(&module);
    on_page(&format!("the same guest is {} bytes", size(&module)));
    let array = |runtime: &str, abort: &str| {
        let command = command.replace("guest.ts", "array.ts");
        let command = command.replace("--runtime stub", runtime).replace("--use abort=", abort);
        execute(&command, &asc, folder.path());
        size(&module)
    };
    let bare = array("--runtime stub", "--use abort=");
    let [stub, minimal, default] =
        ["--runtime stub", "--runtime minimal", ""].map(|runtime| array(runtime, ""));
    on_page(&format!("sums it is {bare} with `--runtime stub`"));
    let others =
        format!("{stub} with it, {minimal} with `--runtime minimal`, {default} with the default");
    on_page(&separated(&others));
    let ran = run(&module, &["--invoke", "sum", "10"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "result: 45\n"), "{ran:?}");
}
