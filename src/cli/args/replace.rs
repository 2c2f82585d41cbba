//! What a run may put an end to.

use clap::Args;

/// What a run may put an end to.
#[derive(Debug, Args)]
pub(in crate::cli) struct ReplaceArgs {
    /// Replaces what a run has written to the folder whatever it is, and says what is lost. Without it only a pack of the same
    /// kind, organisation and period is replaced, that nobody has changed or accepted.
    #[arg(long)]
    pub replace: bool,
}
