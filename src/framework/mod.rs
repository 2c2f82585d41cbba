//! Control frameworks as data: complete lists of references, and edges from metrics to them.
