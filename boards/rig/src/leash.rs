//! Child processes that don't outlive this one.

use std::process::{Child, Command, ExitStatus};
use std::{io, ops};

/// A child process that is killed when this value goes, and on Linux when this process dies.
pub(crate) struct Leashed(Child);

impl Leashed {
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        parent_death::tie(command);
        command.spawn().map(Self)
    }

    /// Starts `command` and waits for its end.
    pub(crate) fn run(command: &mut Command) -> io::Result<ExitStatus> {
        Self::spawn(command)?.0.wait()
    }
}

impl ops::Deref for Leashed {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl ops::DerefMut for Leashed {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Leashed {
    fn drop(&mut self) {
        // Both fail only when the child has ended and was waited for, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "code between fork and exec can only be added unsafely")]
mod parent_death {
    use rustix::process::{Pid, Signal, getpid, getppid, set_parent_process_death_signal};
    use std::io;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    /// Has the kernel kill `command`'s process when the process that starts it dies.
    pub(super) fn tie(command: &mut Command) {
        let parent = getpid();
        // SAFETY: the closure runs in a forked child, where only async-signal-safe calls are
        // sound: it makes two system calls, and neither allocates nor takes a lock.
        unsafe { command.pre_exec(move || die_with(parent)) };
    }

    fn die_with(parent: Pid) -> io::Result<()> {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // The parent may have died before the signal was asked for.
        if getppid() == Some(parent) { Ok(()) } else { Err(io::ErrorKind::NotConnected.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Leashed;
    use std::process::Command;

    #[test]
    fn a_child_ends_with_its_leash() {
        let mut child = Leashed::spawn(Command::new("sleep").arg("600")).unwrap();
        assert!(child.try_wait().unwrap().is_none());
        let id = child.id();
        drop(child);
        let alive = Command::new("kill").args(["-0", &id.to_string()]).output().unwrap();
        assert!(!alive.status.success(), "process {id} is still there");
    }

    #[test]
    fn the_exit_status_comes_back() {
        let status = Leashed::run(Command::new("sh").args(["-c", "exit 7"])).unwrap();
        assert_eq!(status.code(), Some(7));
    }
}
