//! Mail about a comparison: who gets which part of it, the message, and a delivery that loses nothing and repeats nothing.

mod address;
mod config;
mod deliver;
mod doubts;
mod filter;
mod keep;
mod message;
mod outbox;
mod pack;
mod plan;
mod put;
mod read;
mod readers;
mod record;
mod server;
mod session;
mod smtp;
mod words;

pub use config::{Attachment, Auth, Config, Named, Password, Rule, Security, Server};
pub use deliver::{Report, Sent, Transport, Trouble, World, deliver};
pub use filter::{Filtered, filter};
pub use message::{File, Header, render, with_date};
pub use outbox::{Outbox, Withdrawal};
pub use plan::{Options, Plan, Prepared};
pub use readers::{Asks, Readers};
pub use record::{Entry, Reply, State, same_address};
pub use smtp::Smtp;
