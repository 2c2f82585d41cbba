//! Mail about a comparison: who gets which part of it, the message, and a delivery that loses nothing and repeats nothing.

mod address;
mod config;
mod deliver;
mod filter;
mod message;
mod outbox;
mod plan;
mod read;
mod server;
mod smtp;

pub use address::key as address_key;
pub use config::{Attachment, Auth, Config, Named, Password, Rule, Security, Server};
pub use deliver::{Report, Sent, Transport, Trouble, World, deliver};
pub use filter::{Filtered, filter};
pub use message::{File, Header, render, with_date};
pub use outbox::{Entry, Outbox, Reply, State};
pub use plan::{Options, Plan, Prepared};
pub use smtp::Smtp;
