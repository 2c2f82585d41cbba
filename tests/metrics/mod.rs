//! Tests of `metrics`.

mod broken;
mod cases;
mod contract;
mod loader;
mod slices;
mod views;
