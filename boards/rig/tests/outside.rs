//! The commands of the workflow on the page about projects of one's own, in a new guest outside of the
//! repository: all but those that install the system's packages. A program of its own, because it takes
//! builds of the firmware of two boards.
#![cfg(feature = "emulated")]

#[path = "program/support.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};
use support::{Ran, rig};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// What the steps run, in their order.
fn steps() -> Vec<String> {
    let page = fs::read_to_string(root().join("runtime/docs/outside.md")).unwrap();
    let workflow = page.split("```yaml").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let steps = workflow.lines().filter_map(|line| line.trim().strip_prefix("- run: "));
    steps.map(str::to_owned).collect()
}

struct Project {
    folder: PathBuf,
    /// Where programs are installed.
    installed: PathBuf,
}

impl Project {
    fn run(&self, step: &str) -> Ran {
        let mut shell = Command::new("sh");
        shell.args(["-ec", step]).current_dir(&self.folder);
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let is_kept = ["CARGO_HOME", "CARGO_TARGET_DIR"].contains(&name.as_str());
            if name.starts_with("CARGO") && !is_kept {
                shell.env_remove(name);
            }
        }
        let path = env::var_os("PATH").unwrap();
        let paths = [self.installed.join("bin")].into_iter().chain(env::split_paths(&path));
        shell.env("PATH", env::join_paths(paths).unwrap());
        // What is built is kept for the next time, as on a server.
        shell.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
        shell.output().unwrap().into()
    }
}

#[test]
fn the_workflow_runs_a_guest_on_an_emulated_chip() {
    let folder = tempfile::tempdir().unwrap();
    let project =
        Project { folder: folder.path().join("guest"), installed: folder.path().join("installed") };
    let ran = rig(&["new-guest", project.folder.to_str().unwrap(), "--lang", "rust"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let steps: Vec<String> = steps().into_iter().filter(|step| !step.contains("apt-get")).collect();
    let begins = |word: &str| steps.iter().filter(|step| step.starts_with(word)).count();
    assert_eq!((begins("cargo install"), begins("vellum")), (1, 2), "{steps:?}");
    let (checkout, installed) = (root().join("boards/rig"), project.installed.display());
    for step in &steps {
        // From this checkout, in the profile that is built already.
        let here = step.replace("vellum/boards/rig", &checkout.display().to_string());
        let ran = match step.starts_with("cargo install") {
            true => project.run(&format!("{here} --debug --offline --root {installed}")),
            false => project.run(&format!("unset CARGO_TARGET_DIR; {step}")),
        };
        assert_eq!(ran.code, Some(0), "{step}: {ran:?}");
        if step.starts_with("vellum run") {
            assert!(ran.stdout.ends_with("result: 5\n"), "{ran:?}");
            // From now on nothing is built, and cargo is not there.
            let again = project.run(&format!(
                "ln -s \"$(command -v qemu-system-arm)\" {installed}; \
                 PATH={installed}:{installed}/bin {step}"
            ));
            assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""));
            assert_eq!(again.stdout, ran.stdout);
        }
        if step.starts_with("vellum budget") {
            assert!(ran.stdout.ends_with("fits stm32f405\n"), "{ran:?}");
        }
    }
}
