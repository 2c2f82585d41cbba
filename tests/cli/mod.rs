//! The command as a user meets it: the built binary, its exit codes, standard output and messages.

mod bad_folder;
mod bad_input;
mod commands;
mod full_disk;
mod gates;
mod mistakes;
mod own_look;
mod own_rules;
mod planted;
mod registers;
mod streams;
mod tool;
