//! Delivery by a command of this machine that takes mails as `sendmail` does: sender and recipient as its last arguments,
//! the mail on its input.

use std::io::Write as _;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use super::deliver::{Transport, Trouble, within};
use super::words::shown;

/// What `sysexits.h` calls a failure that another attempt may mend.
const TRY_AGAIN: i32 = 75;

/// A command that takes mails.
#[derive(Debug, Clone)]
pub struct Sendmail {
    /// The program and its own arguments; `-f SENDER -- RECIPIENT` comes after them.
    pub command: Vec<String>,
    /// Longest time for one mail.
    pub deadline: Duration,
}

impl Transport for Sendmail {
    fn send(&self, from: &str, to: &str, mail: &[u8]) -> Result<String, Trouble> {
        let program = self.command.first().cloned().unwrap_or_default();
        let mut command = Command::new(&program);
        command.args(self.command.iter().skip(1)).args(["-f", from, "--", to]);
        // Line ends as programs of this machine write them.
        let lines: Vec<u8> = mail.iter().copied().filter(|byte| *byte != b'\r').collect();
        within(self.deadline, &program.clone(), move || match run(command, &lines) {
            Ok((status, _)) if status.success() => Ok(format!("taken by {program}")),
            Ok((status, said)) => {
                let message = format!("{program}: it failed ({status}): {}", shown(&said));
                Err(Trouble { message, again: status.code() == Some(TRY_AGAIN), server: false })
            }
            Err(cause) => Err(Trouble { message: format!("{program}: {cause}"), again: false, server: true }),
        })
    }
}

/// Runs a command: how it ended, and what it complained about.
fn run(mut command: Command, input: &[u8]) -> std::io::Result<(ExitStatus, String)> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    // Whoever does not read all of it says by its status whether that was enough.
    let _ = child.stdin.take().map(|mut pipe| pipe.write_all(input));
    let output = child.wait_with_output()?;
    Ok((output.status, String::from_utf8_lossy(&output.stderr).into_owned()))
}
