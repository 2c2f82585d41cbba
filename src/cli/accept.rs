//! `overstay accept`: a pack becomes the baseline that later runs are compared with.

use crate::drift;
use crate::failure::Outcome;
use crate::report::Stamp;
use crate::time::{Moment, TimeFormat, parse_time, readable};
use crate::writing::Disk;

use super::args::AcceptArgs;
use super::environment::{self, Environment};

pub(super) fn run(args: &AcceptArgs) -> Outcome<u8> {
    for (flag, text) in [("--by", &args.by), ("--reason", &args.reason)] {
        if text.trim().is_empty() {
            return Err(super::usage(format!("{flag} is empty: an acceptance needs a name and a reason")));
        }
    }
    let at = match &args.on {
        None => environment::now(),
        Some(text) => match parse_time(text.trim().as_bytes(), TimeFormat::Iso) {
            Some(Moment::At(at)) => at,
            _ => return Err(super::usage("--on: expected an RFC 3339 time with a zone, such as 2026-10-05T09:00:00Z")),
        },
    };
    let (file, entry) = drift::accept(&Disk::real(), &args.pack, args.by.trim(), args.reason.trim(), Stamp(at))?;
    let text = format!(
        "{} ({}, report {}) is accepted by {} on {}; recorded in {}\n",
        entry.pack,
        entry.period,
        entry.report_id,
        entry.by,
        readable(at),
        file.display()
    );
    Environment::text(&text)?;
    Ok(0)
}
