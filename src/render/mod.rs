//! Renderers: each a pure function from the report to bytes.
