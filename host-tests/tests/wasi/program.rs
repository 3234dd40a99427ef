//! A program's arguments and its environment.

use vellum_host_tests::wasi::{Guest, Host};

/// The strings of a list, read as a program reads them.
fn strings(guest: &mut Guest, list: &str) -> Vec<String> {
    assert_eq!(guest.call(&format!("{list}_sizes_get"), &[0, 4]), 0);
    let (count, bytes) = (u32::from_le_bytes(guest.get(0)), u32::from_le_bytes(guest.get(4)));
    guest.put(1000, &[0xFF; 100]);
    assert_eq!(guest.call(&format!("{list}_get"), &[100, 1000]), 0);
    let text: [u8; 100] = guest.get(1000);
    assert_eq!(text[bytes as usize..], vec![0xFF; 100 - bytes as usize]);
    let string = |index: usize| {
        let start = u32::from_le_bytes(guest.get(100 + 4 * index)) as usize - 1000;
        let text = text[start..bytes as usize].split(|byte| *byte == 0).next();
        String::from_utf8(text.unwrap().to_vec()).unwrap()
    };
    (0..count as usize).map(string).collect()
}

#[test]
fn a_program_has_a_name_and_nothing_else_unless_its_host_says_so() {
    let mut guest = Guest::new(Host::default());
    assert_eq!(strings(&mut guest, "args"), ["guest"]);
    assert_eq!(strings(&mut guest, "environ"), [""; 0]);
    let host = Host {
        args: Some(&["a", "", "--c=\u{e9}"]),
        environ: &[("RUST_MIN_STACK", "4096"), ("EMPTY", "")],
        ..Host::default()
    };
    let mut guest = Guest::new(host);
    assert_eq!(strings(&mut guest, "args"), ["a", "", "--c=\u{e9}"]);
    assert_eq!(strings(&mut guest, "environ"), ["RUST_MIN_STACK=4096", "EMPTY="]);
}
