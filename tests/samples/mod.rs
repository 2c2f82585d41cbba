//! Acme Instruments: the whole engine against results that were worked out apart from it.

mod company;
mod expected;
mod laws;
