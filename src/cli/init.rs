//! `overstay init`: a commented project file.

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::policy::fresh_project;
use crate::writing::{Disk, write_new_file};

use super::args::InitArgs;
use super::environment::Environment;

pub(super) fn run(args: &InitArgs) -> Outcome<u8> {
    let path = args.folder.join("overstay.toml");
    if !write_new_file(&Disk::real(), &path, fresh_project().as_bytes())? {
        let place = Place::file(path.display().to_string());
        let message = "there is a project file already; nothing was changed";
        return Err(Failure::usage_one(Diagnostic::error("exists", message).at(place)));
    }
    Environment::message(&format!("wrote {}", path.display()));
    Ok(0)
}
