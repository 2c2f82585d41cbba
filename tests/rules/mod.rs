//! Tests of `policy` and `framework`: the shipped rule files, and every mistake that a user can make in them.

mod mistakes;
mod overrides;
mod project;
mod shipped;
mod waivers;

/// The metrics that ship with limits.
pub(crate) const METRICS: [&str; 14] = [
    "former-staff-access",
    "leaver-lag",
    "leaver-lag-notified",
    "hr-recording-lag",
    "leaver-sign-in",
    "reenabled-leaver",
    "leaver-credentials",
    "orphan-accounts",
    "dormant-accounts",
    "unrotated-keys",
    "unknown-age-credentials",
    "ownerless-nhi",
    "sync-recovery",
    "source-conflicts",
];
