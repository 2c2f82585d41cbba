//! `overstay inspect` (placeholder while reading is being written).
use crate::failure::Outcome;
use super::args::InspectArgs;
pub(super) fn run(_: &InspectArgs) -> Outcome<u8> {
    Ok(0)
}
