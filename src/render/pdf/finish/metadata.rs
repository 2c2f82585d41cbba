//! What the document says of itself, twice: in the information dictionary and in XMP; and its identity.

use std::fmt::Write as _;

use lopdf::{Document as Pdf, Object, Stream, dictionary};

use crate::render::markup::escape;
use crate::render::pdf::page::Document;
use crate::render::text::visible;
use crate::time::{self, Micros};

/// Text outside a page: as it is where that is safe, else UTF-16; hidden characters are written out.
pub(super) fn text(text: &str) -> Object {
    let text = &*visible(text, true);
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Object::string_literal(text);
    }
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, lopdf::StringFormat::Hexadecimal)
}

/// Replaces printpdf's information dictionary.
pub(super) fn info(pdf: &mut Pdf, document: &Document) -> lopdf::Result<()> {
    let mut info = dictionary! {
        "Title" => text(&document.title),
        "Author" => text(&document.author),
        "Subject" => text(&document.subject),
        "Creator" => text(&document.producer),
        "Producer" => text(&document.producer),
        "Trapped" => "False",
    };
    if let Some(date) = date(document.dated) {
        info.set("CreationDate", Object::string_literal(date.clone()));
        info.set("ModDate", Object::string_literal(date));
    }
    let id = pdf.add_object(info);
    pdf.trailer.set("Info", id);
    // A place for the metadata, so that the digest is taken over the same objects.
    let metadata = pdf.add_object(Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, Vec::new()));
    pdf.catalog_mut()?.set("Metadata", metadata);
    Ok(())
}

/// Names the file by its content: the identifiers of the trailer, and XMP.
pub(super) fn identify(pdf: &mut Pdf, document: &Document, digest: &[u8]) -> lopdf::Result<()> {
    let id = Object::String(digest[..16].to_vec(), lopdf::StringFormat::Hexadecimal);
    pdf.trailer.set("ID", vec![id.clone(), id]);
    let metadata = pdf.catalog()?.get(b"Metadata")?.as_reference()?;
    let stream = pdf.get_object_mut(metadata)?.as_stream_mut()?;
    stream.set_content(xmp(document, digest).into_bytes());
    // Readable by programs that know nothing of PDF.
    stream.allows_compression = false;
    Ok(())
}

fn date(at: Micros) -> Option<String> {
    time::utc(at).map(|at| at.format("D:%Y%m%d%H%M%SZ").to_string())
}

fn xmp(document: &Document, digest: &[u8]) -> String {
    let plain = escape;
    let (title, author, subject) = (plain(&document.title), plain(&document.author), plain(&document.subject));
    let producer = plain(&document.producer);
    let language = plain(document.language);
    let mut dates = String::new();
    if let Some(at) = time::utc(document.dated) {
        let at = at.format("%Y-%m-%dT%H:%M:%SZ");
        for name in ["CreateDate", "ModifyDate", "MetadataDate"] {
            let _ = writeln!(dates, "   <xmp:{name}>{at}</xmp:{name}>");
        }
    }
    let id = uuid(digest);
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         \u{20} <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
         xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\">\n\
         \u{20}  <dc:format>application/pdf</dc:format>\n\
         \u{20}  <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         \u{20}  <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\n\
         \u{20}  <dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{subject}</rdf:li></rdf:Alt></dc:description>\n\
         \u{20}  <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\n\
         \u{20}  <xmp:CreatorTool>{producer}</xmp:CreatorTool>\n{dates}\
         \u{20}  <pdf:Producer>{producer}</pdf:Producer>\n\
         \u{20}  <pdf:Trapped>False</pdf:Trapped>\n\
         \u{20}  <xmpMM:DocumentID>uuid:{id}</xmpMM:DocumentID>\n\
         \u{20}  <xmpMM:InstanceID>uuid:{id}</xmpMM:InstanceID>\n\
         \u{20} </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>"
    )
}

/// An identifier in the form of RFC 9562, version 8, from the digest's first bytes.
fn uuid(digest: &[u8]) -> String {
    let mut bytes: Vec<u8> = digest[..16].to_vec();
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut out = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let _ = write!(out, "{byte:02x}");
    }
    out
}
