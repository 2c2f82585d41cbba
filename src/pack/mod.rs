//! The evidence pack: writing, manifest, verification.
