//! `overstay history`: the packs of a folder with the headline over time.

use crate::drift;
use crate::failure::Outcome;
use crate::render::drift::history;

use super::args::HistoryArgs;
use super::environment::Environment;

pub(super) fn run(args: &HistoryArgs, environment: Environment) -> Outcome<u8> {
    let rows = drift::history(&args.folder)?;
    if args.json {
        let mut text =
            serde_json::to_string_pretty(&serde_json::json!({ "schema": "overstay.history/1", "packs": rows }))
                .unwrap_or_default();
        text.push('\n');
        Environment::print(text.as_bytes());
    } else {
        Environment::print(history(&rows, environment.width).as_bytes());
    }
    Ok(0)
}
