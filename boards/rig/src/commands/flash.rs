//! `rig flash`

use crate::arguments::Guest;
use crate::debugging::OnFailure;
use crate::failure;
use crate::image;
use crate::leash::Leashed;
use crate::post_mortem::PostMortem;
use crate::tools::is_installed;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

const PROBE_RS: &str = "probe-rs";

/// What the firmware logs last.
const END: &str = "end: status ";

pub(super) fn execute(
    workspace: &Workspace,
    guest: &Guest,
    on_failure: &OnFailure,
    board: &str,
) -> Result<u8> {
    let board = workspace.board(Some(board))?;
    let chip = image::chip(board)?;
    if !is_installed(PROBE_RS) {
        bail!("missing tool: {PROBE_RS}: run `cargo install probe-rs-tools --locked`");
    }
    if !is_probe_connected()? {
        bail!("no debug probe: connect {} by one, and check with `{PROBE_RS} list`", board.name);
    }
    let options = on_failure.is_on().then(|| on_failure.options());
    let elf = image::build(workspace, board, guest, options.as_ref())?;
    let mut command = Command::new(PROBE_RS);
    command.args(["run", "--chip", chip]).arg(&elf);
    if let (true, Some(file)) = (on_failure.is_on(), &guest.file) {
        command.stdout(Stdio::piped());
        let mut probe = Leashed::spawn(&mut command).context("cannot start probe-rs")?;
        let log = probe.stdout.take().context("probe-rs has no stdout")?;
        let (left, status) = listen(log, &mut io::stdout())?;
        on_failure.explain(left, file)?;
        return match status {
            Some(0) => Ok(failure::SUCCESS),
            Some(_) => Ok(failure::FAILURE),
            None => bail!("the log ended before the guest did: {}", board.name),
        };
    }
    let status = Leashed::run(&mut command).context("cannot start probe-rs")?;
    if !status.success() {
        bail!("{PROBE_RS} ended with {status}: {}", board.name);
    }
    Ok(failure::SUCCESS)
}

/// Shows a log until the firmware ends, and gives what the guest has left and the firmware's status, which is not
/// there if the log ends before.
fn listen(log: impl Read, shown: &mut impl Write) -> Result<(PostMortem, Option<u8>)> {
    let (mut left, mut line) = (PostMortem::default(), Vec::new());
    let mut log = BufReader::new(log);
    loop {
        line.clear();
        if log.read_until(b'\n', &mut line).context("cannot read the log")? == 0 {
            return Ok((left, None));
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']);
        if left.take(text) {
            continue;
        }
        writeln!(shown, "{text}").context("cannot write to stdout")?;
        if let Some(status) = status(text) {
            return Ok((left, Some(status)));
        }
    }
}

/// The status that the firmware ends with, if this line of the log tells it. What a guest prints has no level.
fn status(line: &str) -> Option<u8> {
    let (before, after) = line.split_once(END)?;
    let digits = after.split(|other: char| !other.is_ascii_digit()).next()?;
    if before.contains("INFO") { digits.parse().ok() } else { None }
}

fn is_probe_connected() -> Result<bool> {
    let output = Command::new(PROBE_RS).arg("list").output().context("cannot start probe-rs")?;
    let listed = String::from_utf8_lossy(&output.stdout);
    Ok(output.status.success() && !listed.contains("No debug probes"))
}

#[cfg(test)]
mod tests {
    use super::listen;

    #[test]
    fn the_log_is_shown_until_the_firmware_ends() {
        let log = "[INFO ] board\n3\nend: status 0\nwasm backtrace:\n    0:   0x1e - a!f\r\n\
                   core: end 2 0\n[ERROR] it failed \n[INFO ] end: status 1 (support exit.rs:40)\n5\n";
        let mut shown = Vec::new();
        let (left, status) = listen(log.as_bytes(), &mut shown).unwrap();
        assert!(!left.is_empty());
        assert_eq!(status, Some(1));
        let expected = "[INFO ] board\n3\nend: status 0\n[ERROR] it failed \n[INFO ] end: status 1 \
                        (support exit.rs:40)\n";
        assert_eq!(String::from_utf8(shown).unwrap(), expected);
        let (left, status) = listen(&b"a\xff\nwasm backtrace:"[..], &mut Vec::new()).unwrap();
        // Only its title.
        assert!(left.is_empty());
        assert_eq!(status, None);
    }
}
