//! Mail about a comparison: who gets which part of it, the message, and its delivery with a record of who has it.

mod address;
mod config;
mod deliver;
mod doubts;
mod filter;
mod message;
mod outbox;
mod pack;
mod plan;
mod read;
mod sendmail;
mod server;
mod smtp;
mod words;

pub use config::{Attachment, Auth, Config, Login, Named, Password, Rule, Security, Server, SmtpServer, Way};
pub use deliver::{Delivery, Transport, Trouble, World, deliver};
pub use filter::{Filtered, filter};
pub use message::{File, Header, render};
pub use outbox::{Delivered, Outbox};
pub use plan::{Options, Plan, Prepared};
pub use sendmail::Sendmail;
pub use smtp::Smtp;
