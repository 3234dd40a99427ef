//! `rig flash` and `rig build`, with a probe that only writes down what it is asked.
#![cfg(unix)]

use super::Modules;
use crate::support::command;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::{env, fs};

const PROBE: &str = "#!/bin/sh
[ \"$1\" = run ] && echo \"$@\" > \"${0%/*}/asked\"
exit 0
";

#[test]
fn the_chip_gets_an_image_with_the_module_inside() {
    let modules = Modules::new();
    let probe = modules.file("probe-rs", PROBE);
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o755)).unwrap();
    let text = "a text that is nowhere else";
    let guest = modules.file(
        "guest.wat",
        format!(
            r#"(module (memory 1) (data (i32.const 0) "{text}") (func (export "f") (param i32)))"#
        ),
    );
    let paths = env::var_os("PATH").unwrap();
    let folder = modules.0.path().to_owned();
    let path = env::join_paths(std::iter::once(folder.clone()).chain(env::split_paths(&paths)));
    let mut command = command(&["flash", &guest, "--board", "stm32f405", "--invoke", "f", "-1"]);
    let status = command.env("PATH", path.unwrap()).status().unwrap();
    assert_eq!(status.code(), Some(0));

    let asked = fs::read_to_string(folder.join("asked")).unwrap();
    let elf = asked.trim_end().strip_prefix("run --chip STM32F405RG ").unwrap();
    assert_eq!(Path::new(elf).file_name().unwrap(), "guest.elf");
    let image = fs::read(elf).unwrap();
    assert!(image.windows(text.len()).any(|bytes| bytes == text.as_bytes()));
}
