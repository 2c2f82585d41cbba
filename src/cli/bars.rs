//! Progress on standard error: a bar for reading, a line for each stage; nothing without a terminal.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::diag::Diagnostic;
use crate::pipeline::Progress;

use super::environment::Environment;

/// Bars for a terminal, or silence.
pub(super) struct Bars {
    bar: ProgressBar,
    stage: Mutex<String>,
}

impl Bars {
    pub(super) fn new(environment: Environment) -> Self {
        let target = if environment.bars { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if environment.bars {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { bar, stage: Mutex::default() }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bars {
    fn stage(&self, name: &str) {
        if let Ok(mut stage) = self.stage.lock() {
            name.clone_into(&mut stage);
        }
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            self.bar.set_style(style);
        }
        self.bar.set_message(name.to_owned());
    }

    fn bytes(&self, done: u64, total: u64) {
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{bar:30}] {bytes}/{total_bytes}") {
            self.bar.set_style(style);
        }
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    fn say(&self, said: &Diagnostic) {
        self.bar.suspend(|| Environment::message(&said.to_string()));
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.finish();
    }
}
