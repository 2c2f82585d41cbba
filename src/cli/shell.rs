//! `overstay completions` and `overstay man`: what shells and readers of manuals know of the commands.

use clap::CommandFactory;

use crate::failure::{Failure, Outcome};
use crate::writing::{Disk, write_file};

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::environment::Environment;

pub(super) fn completions(args: &CompletionsArgs) -> Outcome<u8> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), env!("CARGO_PKG_NAME"), &mut script);
    Environment::data(&script)?;
    Ok(0)
}

pub(super) fn man(args: &ManArgs) -> Outcome<u8> {
    // The release alone: a page does not change with every commit.
    let mut all = Cli::command().version(env!("CARGO_PKG_VERSION"));
    all.build();
    let commands = all.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help");
    for command in std::iter::once(&all).chain(commands) {
        let page = clap_mangen::Man::new(command.clone());
        let path = args.folder.join(page.get_filename());
        let mut text = Vec::new();
        page.render(&mut text).map_err(|cause| Failure::io("write", &path, &cause))?;
        write_file(&Disk::real(), &path, &text)?;
    }
    Ok(0)
}
