//! Tests of `policy` and `framework`: the shipped rule files, and every mistake that a user can make in them.

mod mistakes;
mod overrides;
mod project;
mod shipped;
mod waivers;

use std::collections::BTreeSet;

use overstay::metric::{Register, Shape};

/// The metrics that ship with limits.
pub(crate) fn metrics() -> BTreeSet<String> {
    let register = Register::load(&[]).expect("the register");
    let durations = register.metrics().iter().filter(|metric| metric.shape() == Shape::Duration);
    durations.map(|metric| metric.id().to_owned()).collect()
}
