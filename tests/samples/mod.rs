//! Acme Instruments: the whole engine against results that were worked out apart from it.

mod company;
mod drift;
mod expected;
mod laws;
