//! Stays against policy: measures, findings, verdicts; and against frameworks. Pure.
