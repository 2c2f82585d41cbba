//! `overstay history`: the packs of a folder with the headline over time.

use crate::drift;
use crate::failure::Outcome;
use crate::render::drift::history;
use crate::render::json;
use crate::report::history::History;

use super::args::HistoryArgs;
use super::environment::Environment;

pub(super) fn run(args: &HistoryArgs, environment: Environment) -> Outcome<u8> {
    let (rows, doubts) = drift::history(&args.folder)?;
    for doubt in doubts {
        Environment::message(&doubt.to_string());
    }
    if args.json {
        Environment::data(&json::history(&History::of(rows)))?;
    } else {
        Environment::text(&history(&rows, environment.width))?;
    }
    Ok(0)
}
