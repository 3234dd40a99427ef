//! `rig whereis`

use super::build_firmware;
use crate::support::rig;
use std::fs;

#[test]
fn an_address_of_the_firmware_is_named() {
    build_firmware();
    let built = rig(&["build"]);
    let elf = built.stdout.trim_end();
    // Where the processor begins, from the file's head; its lowest bit says that it is Thumb code.
    let entry = fs::read(elf).unwrap()[24..28].try_into().map(u32::from_le_bytes).unwrap();
    let ran = rig(&["whereis", elf, &format!("{entry:#x}"), "b0000000"]);
    let shown = format!("{entry:#010x}: Reset\n0xb0000000: no function\n");
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), &*shown, ""));
}
