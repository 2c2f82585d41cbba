//! Laws: no conclusion is better than its evidence. Companies are changed in one place at a time and assessed again.

mod chance;
mod change;
mod company;
mod evidence;
mod folder;
mod records;
mod run;
