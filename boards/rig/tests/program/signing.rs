//! `rig keygen` and `rig sign`.

use crate::support::{Ran, rig};
use std::fs;
use std::path::{Path, PathBuf};
use vellum_prepare::VERSION;
use vellum_sign::{PrivateKey, PublicKey, SignatureError, verify};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.file(name)
    }

    fn keygen(&self) -> Ran {
        rig(&["keygen", "-o", &self.file("key.pem")])
    }

    fn sign(&self, file: &str, more: &[&str]) -> Ran {
        let (key, output) = (self.file("key.pem"), self.file("out.wasm"));
        let arguments = ["sign", file, "--key", &key, "--version", "7", "-o", &output];
        rig(&[&arguments, more].concat())
    }
}

fn public(path: &Path) -> PublicKey {
    PublicKey::from_bytes(&fs::read(path).unwrap().try_into().unwrap()).unwrap()
}

fn assert_done(ran: &Ran) {
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}

fn assert_refused(ran: &Ran, what: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    let is_told = ran.stderr.starts_with("error: ") && ran.stderr.contains(what);
    assert!(is_told && ran.stderr.lines().count() == 1, "{ran:?}");
}

#[test]
fn a_key_signs_what_its_public_half_verifies() {
    let folder = Folder::new();
    assert_done(&folder.keygen());
    let guest = folder.write("guest.wat", "(module (memory 1) (func (export \"f\")))");
    for more in [&[][..], &["--threads"], &["--interruptible"]] {
        assert_done(&folder.sign(&guest, more));
        let file = fs::read(folder.path("out.wasm")).unwrap();
        let signed = verify(&file, &public(&folder.path("key.pub")), VERSION).unwrap();
        assert_eq!(signed.version, 7);
        let options = vellum_prepare::Options::new();
        let believed = vellum_prepare::believe(signed.module, &options).unwrap();
        assert_eq!((believed.sizes.functions, believed.memories.len()), (1, 1));
    }
    // What is signed may be signed again, and is no longer for it.
    let first = fs::read(folder.path("out.wasm")).unwrap();
    let again = folder.write("unused", "");
    fs::copy(folder.path("out.wasm"), &again).unwrap();
    assert_done(&folder.sign(&again, &[]));
    assert_eq!(fs::read(folder.path("out.wasm")).unwrap(), first);
}

#[test]
fn keys_differ_and_are_not_overwritten() {
    let folder = Folder::new();
    assert_done(&folder.keygen());
    let first = fs::read_to_string(folder.path("key.pem")).unwrap();
    let of_first = public(&folder.path("key.pub"));
    assert_eq!(PrivateKey::from_pem(&first).unwrap().public(), of_first);
    assert_refused(&folder.keygen(), "there is a key already");
    fs::remove_file(folder.path("key.pem")).unwrap();
    assert_refused(&folder.keygen(), "key.pub");
    fs::write(folder.path("key.pem"), &first).unwrap();
    fs::remove_file(folder.path("key.pub")).unwrap();
    assert_refused(&folder.keygen(), "key.pem");
    assert_eq!(fs::read_to_string(folder.path("key.pem")).unwrap(), first);

    assert_done(&rig(&["keygen", "--force", "-o", &folder.file("key.pem")]));
    assert_ne!(public(&folder.path("key.pub")), of_first);
    let guest = folder.write("guest.wat", "(module)");
    assert_done(&folder.sign(&guest, &[]));
    let file = fs::read(folder.path("out.wasm")).unwrap();
    assert_eq!(verify(&file, &of_first, VERSION), Err(SignatureError::Invalid));
}

#[cfg(unix)]
#[test]
fn a_private_key_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let mode = || fs::metadata(folder.path("key.pem")).unwrap().permissions().mode() & 0o777;
    assert_done(&folder.keygen());
    assert_eq!(mode(), 0o600);
    fs::set_permissions(folder.path("key.pem"), fs::Permissions::from_mode(0o644)).unwrap();
    assert_done(&rig(&["keygen", "--force", "-o", &folder.file("key.pem")]));
    assert_eq!(mode(), 0o600);
}

#[test]
fn only_valid_modules_are_signed() {
    let folder = Folder::new();
    let guest = folder.write("guest.wat", "(module)");
    assert_refused(&folder.sign(&guest, &[]), "make one by keygen");
    folder.write("key.pem", "no key");
    assert_refused(&folder.sign(&guest, &[]), "no private key of Ed25519 in PEM");
    fs::remove_file(folder.path("key.pem")).unwrap();
    assert_done(&folder.keygen());
    for (text, more, what) in [
        ("(module (func (result i32)))", &[][..], "invalid module"),
        ("(module (memory i64 1))", &[], "memory64"),
        ("(module (func $f (return_call $f)))", &["--threads"], "tail call"),
    ] {
        let file = folder.write("bad.wat", text);
        assert_refused(&folder.sign(&file, more), what);
        assert!(!folder.path("out.wasm").exists(), "{text}");
    }
    let tail_call = folder.write("good.wat", "(module (func $f (return_call $f)))");
    assert_done(&folder.sign(&tail_call, &[]));
}
