//! Everything that is written: under a lock beside its place, under a random name, for its owner's eyes only,
//! synchronised, and then exchanged for what stood there. Whatever ends a run, the old or the new stands whole.

mod disk;
mod file;
mod folder;
mod lock;
mod name;
mod put;
mod scratch;
mod signals;
mod target;

pub use disk::{Disk, Step};
pub use file::{write_file, write_new_file};
pub use folder::{Folder, Writer};
pub use lock::Lock;
pub use name::is_working_name;
pub use scratch::Scratch;
pub use signals::listen;
pub use target::{MOMENT, Target, private_folder};
