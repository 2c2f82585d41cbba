//! The `overstay` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    overstay::cli::main()
}
