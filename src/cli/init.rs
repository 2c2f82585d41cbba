//! `overstay init`: a commented project file.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::policy::fresh_project;

use super::args::InitArgs;
use super::environment::Environment;

pub(super) fn run(args: &InitArgs) -> Outcome<u8> {
    let path = args.folder.join("overstay.toml");
    std::fs::create_dir_all(&args.folder).map_err(|cause| Failure::io("create the folder", &args.folder, &cause))?;
    // `create_new` refuses to touch a file that is there already.
    let opened = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = opened.map_err(|cause| match cause.kind() {
        ErrorKind::AlreadyExists => {
            let place = Place::file(path.display().to_string());
            let message = "there is a project file already; nothing was changed";
            Failure::usage_one(Diagnostic::error("exists", message).at(place))
        }
        _ => Failure::io("create", &path, &cause),
    })?;
    file.write_all(fresh_project().as_bytes()).map_err(|cause| Failure::io("write", &path, &cause))?;
    Environment::message(&format!("wrote {}", path.display()));
    Ok(0)
}
