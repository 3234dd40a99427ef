//! QEMU's debugger port, by the remote protocol of GDB.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// An emulated chip that is halted.
pub(super) struct Debugger {
    qemu: Child,
    port: UnixStream,
    _folder: TempDir,
}

impl Debugger {
    pub(super) fn start(machine: &str, elf: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("port");
        let server = format!("unix:{},server=on,wait=off", path.display());
        let qemu = Command::new("qemu-system-arm")
            .args(["-machine", machine, "-display", "none", "-monitor", "none", "-serial", "none"])
            .args(["-S", "-gdb", &server, "-kernel"])
            .arg(elf)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let end = Instant::now() + Duration::from_secs(30);
        let port = loop {
            match UnixStream::connect(&path) {
                Ok(port) => break port,
                Err(error) => assert!(Instant::now() < end, "no debugger port: {error}"),
            }
            thread::sleep(Duration::from_millis(20));
        };
        port.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Self { qemu, port, _folder: folder }
    }

    /// Lets the chip run.
    pub(super) fn run(&mut self) {
        self.send("c");
    }

    /// Halts a chip that runs.
    pub(super) fn halt(&mut self) {
        self.port.write_all(&[3]).unwrap();
        let stopped = self.answer();
        assert!(stopped.starts_with(['T', 'S']), "{stopped}");
    }

    /// Lets the chip run until it is about to execute what is there.
    pub(super) fn run_to(&mut self, address: u32) {
        let address = address & !1;
        self.ask_ok(&format!("Z0,{address:x},2"));
        self.run();
        let stopped = self.answer();
        assert!(stopped.starts_with(['T', 'S']), "{stopped}");
        self.ask_ok(&format!("z0,{address:x},2"));
    }

    pub(super) fn read(&mut self, address: u32, length: usize) -> Vec<u8> {
        let digits = self.ask(&format!("m{address:x},{length:x}"));
        let bytes = digits.as_bytes().chunks(2);
        bytes
            .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 16).unwrap())
            .collect()
    }

    pub(super) fn write_word(&mut self, address: u32, word: u32) {
        self.ask_ok(&format!("M{address:x},4:{:08x}", word.swap_bytes()));
    }

    fn ask_ok(&mut self, request: &str) {
        assert_eq!(self.ask(request), "OK", "{request}");
    }

    fn ask(&mut self, request: &str) -> String {
        self.send(request);
        self.answer()
    }

    fn send(&mut self, request: &str) {
        let sum = request.bytes().fold(0, u8::wrapping_add);
        write!(self.port, "${request}#{sum:02x}").unwrap();
    }

    fn answer(&mut self) -> String {
        while self.byte() != b'$' {}
        let text = std::iter::from_fn(|| Some(self.byte()).filter(|&byte| byte != b'#')).collect();
        let _sum = [self.byte(), self.byte()];
        self.port.write_all(b"+").unwrap();
        String::from_utf8(text).unwrap()
    }

    fn byte(&mut self) -> u8 {
        let mut byte = [0];
        self.port.read_exact(&mut byte).unwrap();
        byte[0]
    }
}

impl Drop for Debugger {
    fn drop(&mut self) {
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
    }
}
