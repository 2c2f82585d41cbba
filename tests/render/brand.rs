//! The brand of a company: what it changes on the page, and every mistake in it with its place.

use std::path::Path;

use overstay::failure::Kind;
use overstay::render::{Templates, html};

use super::fixture;

/// One pixel, as an encoder writes it.
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\
                     \xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

#[expect(clippy::disallowed_methods, reason = "a fixture in a temporary folder")]
fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("created");
    std::fs::write(path, bytes).expect("written");
}

fn said(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "brand.toml", text);
    put(folder.path(), "logo.png", PNG);
    put(folder.path(), "note.txt", "a note");
    put(folder.path(), "wide.png", [&PNG[..16], b"\0\0\x27\x10", &PNG[20..]].concat());
    put(folder.path(), "cut.png", &PNG[..40]);
    put(folder.path(), "huge.png", vec![0; (2 << 20) + 1]);
    let failure = Templates::with_folder(folder.path()).expect_err("mistakes");
    assert_eq!(failure.kind, Kind::Usage);
    failure.to_string().replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn a_brand_shows_on_the_page_and_changes_no_number() {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "logo.png", PNG);
    put(
        folder.path(),
        "brand.toml",
        "logo = \"logo.png\"\nlogo_alternative = \"Northwind <Logistics>\"\naccent = \"#7a1030\"\nclassification = \"Restricted-7\"\n\
         [wording]\nintroduction = \"Prepared for the\\n  audit committee.\"\nnotice = \"Questions: grc@corp.example\"\n\
         footer = \"Northwind, Hamburg\"\nsign_off = [\"Internal audit\", \"CISO\"]\n",
    );
    let templates = Templates::with_folder(folder.path()).expect("a brand");
    let mut report = fixture::report();
    let page = |report: &overstay::report::Report| {
        String::from_utf8(html::report(report, &templates).expect("HTML")).expect("UTF-8")
    };
    let own = page(&report);
    assert!(own.contains("<img class=\"logo\" src=\"data:image/png;base64,iVBORw0KGgo"));
    assert!(own.contains("alt=\"Northwind &lt;Logistics&gt;\" width=\"48\" height=\"48\">"));
    assert!(own.contains("\n:root { --accent: #7a1030; }\n"));
    assert!(own.contains(">Prepared for the audit committee.</p>"));
    assert!(own.contains(">Questions: grc@corp.example</p>") && own.contains("<p>Northwind, Hamburg</p>"));
    assert!(own.contains("<th scope=\"row\"><strong>CISO</strong></th>") && !own.contains("Prepared by"));
    // The project file is nearer to the run than the brand.
    assert!(own.contains("<span class=\"classification\">Confidential</span>") && !own.contains("Restricted-7"));
    report.classification = None;
    assert!(page(&report).contains("<span class=\"classification\"><span class=\"k\">Restricted-7</span></span>"));
    // What a manifest hashes.
    let files: Vec<&str> = templates.own_files().map(|(name, _)| name).collect();
    assert_eq!(files, ["brand.toml", "logo.png"]);
}

#[test]
fn all_mistakes_have_a_place() {
    insta::assert_snapshot!(said(
        "logo = \"note.txt\"\nlogo_alternative = \"Our logo\"\nacent = \"#123456\"\naccent = \"#88aacc\"\n\
         fonts = [\"note.txt\", \"../font.ttf\", \"nowhere.otf\"]\n[wording]\n\
         introduction = \"We are fully Compliant, this was\\nverified by us\"\nnotice = \"abc\\u202Edef\"\n\
         footer = 5\nsign_off = [\"CISO\", \"CISO\"]\n"
    ), @r#"
    error: brand.toml:1:8: `note.txt` is neither a PNG nor a JPEG picture, or it is damaged
    error: brand.toml:3:1: unknown field `acent`
    hint: did you mean "accent"?
    error: brand.toml:4:10: `accent` has a contrast of 2.42 to 1 on white; text needs 4.5 to 1
    hint: take a darker shade of it
    error: brand.toml:5:10: `note.txt` is not a TrueType or OpenType font, or it is damaged
    error: brand.toml:5:22: `../font.ttf` must lie in the folder of brand.toml
    error: brand.toml:5:37: `nowhere.otf` cannot be read: No such file or directory (os error 2)
    error: brand.toml:7:16: `introduction` says "compliant"
    hint: a report states what was computed; conclusions are for those who rely on it
    error: brand.toml:7:16: `introduction` says "verified by"
    hint: a report states what was computed; conclusions are for those who rely on it
    error: brand.toml:8:10: `notice` holds characters that are not seen: abc[U+202E]def
    error: brand.toml:9:10: `footer` must be text, this is a whole number
    error: brand.toml:10:21: `CISO` is listed twice
    "#);
}

#[test]
fn logos_are_what_they_say_they_are() {
    let logo = |name: &str| said(&format!("logo = \"{name}\"\nlogo_alternative = \"x\""));
    insta::assert_snapshot!(
        ["wide.png", "cut.png", "huge.png", "/etc/logo.png", "."].map(logo).join("\n"), @r#"
    error: brand.toml:1:8: `wide.png` has 10000 x 1 pixels; a side may have 1 to 4000
    error: brand.toml:1:8: `cut.png` is neither a PNG nor a JPEG picture, or it is damaged
    error: brand.toml:1:8: `huge.png` is larger than 2 MB
    error: brand.toml:1:8: `/etc/logo.png` must lie in the folder of brand.toml
    error: brand.toml:1:8: `.` cannot be read: it is a folder, and no plain file
    "#);
    insta::assert_snapshot!(said("logo = \"logo.png\""), @r#"
    error: brand.toml:1:8: `logo_alternative` is missing
    hint: logo_alternative = "Name of the company" is read to those who do not see the logo
    "#);
}

#[test]
fn mistakes_in_templates_and_in_the_brand_come_together() {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "brand.toml", "accent = \"red\"");
    put(folder.path(), "report/section.html", "{% if %}");
    put(folder.path(), "report/sction.html", "");
    let failure = Templates::with_folder(folder.path()).expect_err("three mistakes");
    assert_eq!(failure.diagnostics.len(), 3, "{failure}");
}
