//! A console for the host.

use core::fmt;
use std::{
    string::{String, ToString},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    vec::Vec,
};

use crate::{Console, Platform};

/// Collects what is printed. Clones collect into the same place.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    lines: Vec<String>,
    errors: Vec<String>,
}

impl Recorder {
    /// Program output so far, one entry for each [`Console::line`].
    pub fn lines(&self) -> Vec<String> {
        self.lock().lines.clone()
    }

    /// Failures so far.
    pub fn errors(&self) -> Vec<String> {
        self.lock().errors.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Console for Recorder {
    fn line(&self, text: fmt::Arguments<'_>) {
        let text = text.to_string();
        self.lock().lines.push(text);
    }

    fn single(&self, label: &str, value: f32) {
        self.line(format_args!("{label}{value}"));
    }

    fn double(&self, label: &str, value: f64) {
        self.line(format_args!("{label}{value}"));
    }

    fn error(&self, text: fmt::Arguments<'_>) {
        let text = text.to_string();
        self.lock().errors.push(text);
    }
}

impl Platform for Recorder {}
