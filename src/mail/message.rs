//! The message: headers, text and HTML part, attachments. The same content gives the same bytes.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{self, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, Mailboxes, MultiPart, SinglePart};

use crate::failure::{Failure, Outcome};
use crate::render::text;
use crate::time::{Micros, SECOND};

/// Characters of a subject; the rest is cut with an ellipsis.
const LONGEST_SUBJECT: usize = 200;

/// The headers of a mail.
#[derive(Debug, Clone)]
pub struct Header {
    /// Sender.
    pub from: Mailbox,
    /// Recipients; empty for a file that is sent by other means.
    pub to: Vec<Mailbox>,
    /// Where answers go.
    pub reply_to: Option<Mailbox>,
    /// Subject, as the data has it.
    pub subject: String,
    /// Date.
    pub date: Micros,
    /// Hexadecimal digits that stand for the content; message id and boundaries are made of them.
    pub key: String,
}

impl Header {
    /// The message id: the same mail has the same one however often it is sent, so that mail programs can tell.
    pub fn message_id(&self) -> String {
        format!("<overstay.{}@{}>", self.key, self.from.email.domain())
    }
}

/// A file in a mail.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name for the reader.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The bytes of a mail: ASCII, with CRLF line ends.
///
/// # Errors
/// The mail library refuses the headers, which validated addresses exclude.
pub fn render(header: &Header, text: String, html: String, files: Vec<File>) -> Outcome<Vec<u8>> {
    let failed = |cause: &dyn std::fmt::Display| Failure::run(format!("the mail cannot be put together: {cause}"));
    let boundary = |which: &str| format!("=_overstay-{which}-{}", header.key);
    // Quoted-printable whatever the text is: no line is too long, and nothing on the way has to change a byte.
    let part = |kind: ContentType, content: String| {
        SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(content)
    };
    let both = MultiPart::alternative()
        .boundary(boundary("text"))
        .singlepart(part(ContentType::TEXT_PLAIN, text))
        .singlepart(part(ContentType::TEXT_HTML, html));
    let content = if files.is_empty() {
        both
    } else {
        let mut mixed = MultiPart::mixed().boundary(boundary("files")).multipart(both);
        for file in files {
            let kind = ContentType::parse(file.media_type).map_err(|cause| failed(&cause))?;
            let body = Body::new_with_encoding(file.bytes, ContentTransferEncoding::Base64)
                .map_err(|_| failed(&"an attachment cannot be encoded"))?;
            mixed = mixed.singlepart(Attachment::new(file.name).body(body, kind));
        }
        mixed
    };
    let mut builder = Message::builder().from(header.from.clone());
    builder = if header.to.is_empty() {
        let nobody = Envelope::new(None, vec![header.from.email.clone()]).map_err(|cause| failed(&cause))?;
        builder.raw_header(raw("To", "undisclosed-recipients:;")).envelope(nobody)
    } else {
        builder.mailbox(header::To::from(Mailboxes::from(header.to.clone())))
    };
    if let Some(reply_to) = &header.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    let date = UNIX_EPOCH + Duration::from_secs(u64::try_from(header.date / SECOND).unwrap_or(0));
    let message = builder
        .subject(subject(&header.subject))
        .header(header::Date::new(date))
        .message_id(Some(header.message_id()))
        // Answering machines leave such a mail alone.
        .raw_header(raw("Auto-Submitted", "auto-generated"))
        .multipart(content)
        .map_err(|cause| failed(&cause))?;
    Ok(message.formatted())
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// One line, of a length that people read, and nothing that a mail program would decode into something else.
fn subject(plain: &str) -> String {
    let shown = text::visible(plain, false).replace("=?", "= ?");
    match text::cut(&shown, LONGEST_SUBJECT) {
        (_, "") => shown,
        (kept, _) => format!("{kept}…"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_one_line_and_nothing_encoded() {
        assert_eq!(subject("a\r\nBcc: b@c.example"), "a[U+000D][U+000A]Bcc: b@c.example");
        assert_eq!(subject("=?utf-8?b?AAAA?="), "= ?utf-8?b?AAAA?=");
        assert_eq!(subject(&"x".repeat(300)).chars().count(), LONGEST_SUBJECT + 1);
    }
}
