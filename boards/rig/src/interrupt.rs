//! Ctrl-C and its kin, so that temporary files and the emulator go before this process does.

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

struct Flags {
    /// Signals end the process at once, as they do by default.
    at_once: Arc<AtomicBool>,
    received: Arc<AtomicBool>,
}

static FLAGS: OnceLock<Flags> = OnceLock::new();

/// While this value lives, a signal to end is only noted.
pub(crate) struct Deferred(&'static Flags);

impl Deferred {
    pub(crate) fn new() -> Result<Self> {
        let flags = match FLAGS.get() {
            Some(flags) => flags,
            None => {
                let flags = register().context("cannot handle signals")?;
                FLAGS.get_or_init(|| flags)
            }
        };
        flags.at_once.store(false, Ordering::SeqCst);
        Ok(Self(flags))
    }

    /// Whether a signal to end has come.
    pub(crate) fn received(&self) -> bool {
        self.0.received.load(Ordering::SeqCst)
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        self.0.at_once.store(true, Ordering::SeqCst);
    }
}

fn register() -> std::io::Result<Flags> {
    let flags = Flags { at_once: Arc::default(), received: Arc::default() };
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        flag::register_conditional_default(signal, Arc::clone(&flags.at_once))?;
        flag::register(signal, Arc::clone(&flags.received))?;
    }
    Ok(flags)
}
