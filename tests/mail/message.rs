//! The bytes of a message: the same every time, nothing injected, nothing loaded from elsewhere, no names unasked.

use overstay::mail::{Attachment, Options, Plan};
use overstay::pack::{MANIFEST_SCHEMA, Manifest, OutputEntry, Replay, sha256_of};
use overstay::render::Templates;
use overstay::render::words::refused;

use super::fixture::{config, drift, plan};

const ALL: &str = "[[recipient]]\nto = [\"Grace <grc@acme.example>\", \"b@acme.example\"]\n";

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("ASCII")
}

fn head(mail: &str) -> &str {
    mail.split("\r\n\r\n").next().expect("a head")
}

/// The HTML part, decoded.
fn html(mail: &str) -> String {
    let part = mail.split("Content-Type: text/html").nth(1).expect("an HTML part");
    let body = part.split_once("\r\n\r\n").expect("a body").1;
    let body = body.split("\r\n--=_overstay").next().expect("an end");
    let mut out = Vec::new();
    let mut rest = body.replace("=\r\n", "").into_bytes().into_iter();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let digits = [rest.next().expect("hex"), rest.next().expect("hex")];
            out.push(u8::from_str_radix(std::str::from_utf8(&digits).expect("hex"), 16).expect("hex"));
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn the_head() {
    let mail = text(&plan(ALL, &drift()).mails[0].eml);
    let key = &plan(ALL, &drift()).mails[0].content[..24];
    insta::assert_snapshot!(head(&mail).replace(key, "KEY").replace("\r\n", "\n"), @r#"
    From: overstay <overstay@acme.example>
    To: Grace <grc@acme.example>, b@acme.example
    Subject: overstay: worse (3 reopened, 2 resolved) =?utf-8?b?4oCU?= Acme
     Instruments 2026-W47
    Date: Mon, 23 Nov 2026 00:00:00 +0000
    Message-ID: <overstay.KEY@acme.example>
    Auto-Submitted: auto-generated
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="=_overstay-text-KEY"
    "#);
}

#[test]
fn it_says_nothing_that_only_an_auditor_may_say() {
    for options in ["", "names = true\n"] {
        let mails = plan(&format!("{ALL}{options}"), &drift()).mails;
        let (text, html) = (&mails[0].text, html(&self::text(&mails[0].eml)));
        assert!(text.contains("reopened") && html.contains("reopened"));
        assert_eq!(refused(text), Vec::<&str>::new());
        assert_eq!(refused(html.split_once("<body").expect("a body").1), Vec::<&str>::new());
    }
}

#[test]
fn the_text_part() {
    insta::assert_snapshot!(plan(ALL, &drift()).mails[0].text);
}

#[test]
fn the_same_comparison_gives_the_same_bytes() {
    let (one, two) = (plan(ALL, &drift()), plan(ALL, &drift()));
    assert_eq!(one.mails[0].eml, two.mails[0].eml);
    let mut other = drift();
    other.drift_id = "ba9876543210".to_owned();
    assert_ne!(plan(ALL, &other).mails[0].message_id, one.mails[0].message_id);
}

#[test]
fn only_ascii_lines_of_moderate_length_with_crlf() {
    let mut drift = drift();
    drift.organisation = "Ærø €\u{1F600} ".repeat(300);
    drift.subject = format!("overstay: 3 reopened — {}", drift.organisation);
    let mail = text(&plan(ALL, &drift).mails[0].eml);
    assert!(mail.is_ascii());
    assert!(!mail.replace("\r\n", "").contains(['\r', '\n']));
    assert!(mail.split("\r\n").all(|line| line.len() <= 78), "a line is too long");
}

#[test]
fn no_name_can_add_a_header() {
    for attack in ["Acme\r\nBcc: victim@example.com", "Acme\nBcc: v@example.com\n\nbody", "=?utf-8?b?QQ==?=\u{0}"] {
        let mut drift = drift();
        drift.organisation = attack.to_owned();
        drift.current.period.label = attack.to_owned();
        drift.subject = format!("overstay: 3 reopened — {attack}");
        drift.systems[0].owner = Some(attack.to_owned());
        let mail = text(&plan(ALL, &drift).mails[0].eml);
        let names: Vec<&str> = head(&mail)
            .split("\r\n")
            .filter(|line| !line.starts_with(' '))
            .map(|line| line.split(':').next().expect("a name"))
            .collect();
        let known = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"];
        assert_eq!(names, known, "{attack:?}");
    }
}

#[test]
fn hostile_text_is_harmless_and_readable() {
    let mut drift = drift();
    drift.organisation = "<script>alert(1)</script>{{ 7*7 }}\u{202E}evil\u{0}".to_owned();
    drift.systems[0].owner = Some("<img src=x onerror=alert(1)>".to_owned());
    let mail = plan(&format!("{ALL}names = true\n"), &drift).mails.remove(0);
    let page = html(&text(&mail.eml));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}[U+202E]evil[U+0000]"), "{page}");
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"), "{page}");
    assert!(mail.text.contains("[U+202E]evil[U+0000]"), "{}", mail.text);
}

#[test]
fn nothing_is_loaded_or_run() {
    let page = html(&text(&plan(ALL, &drift()).mails[0].eml)).to_lowercase();
    for word in ["<script", "<img", "<link", "<iframe", "<form", "url(", "@import", "http:", "https:", "src=", "href="]
    {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn lines_of_the_text_part_fit() {
    let mut drift = drift();
    drift.organisation = "x".repeat(10_000);
    let plan = plan(ALL, &drift);
    assert!(plan.mails[0].text.lines().all(|line| line.chars().count() <= 72));
}

#[test]
fn names_only_when_asked() {
    let subjects = ["j.doe", "m.roe", "svc-pay", "okta/users.json"];
    let mail = &plan(ALL, &drift()).mails[0];
    let page = html(&text(&mail.eml));
    for subject in subjects {
        assert!(!mail.text.contains(subject) && !page.contains(subject), "{subject}");
    }
    let named = plan(&format!("{ALL}names = true\n"), &drift());
    let page = html(&text(&named.mails[0].eml));
    for subject in subjects {
        assert!(named.mails[0].text.contains(subject) && page.contains(subject), "{subject}");
    }
    assert_ne!(named.mails[0].content, mail.content);
}

#[test]
fn who_accepted_the_baseline_and_why_is_a_name_too() {
    let mut drift = drift();
    drift.reference = overstay::report::drift::Reference::Accepted {
        by: "Lena Hoffmann".to_owned(),
        reason: "j.doe is on leave".to_owned(),
        at: drift.baseline.as_of,
    };
    let mail = &plan(ALL, &drift).mails[0];
    assert!(mail.text.contains("against the baseline accepted on 2026-11-16"), "{}", mail.text);
    assert!(!mail.text.contains("Lena") && !mail.text.contains("j.doe"), "{}", mail.text);
    let named = plan(&format!("{ALL}names = true\n"), &drift);
    assert!(named.mails[0].text.contains("Lena Hoffmann"), "{}", named.mails[0].text);
}

/// The manifest of a pack that has `report.html`, of this size and hash.
pub(super) fn manifest_of(bytes: usize, hash: &str) -> Manifest {
    let (baseline, current) = (drift().baseline, drift().current);
    Manifest {
        schema: MANIFEST_SCHEMA.to_owned(),
        tool: drift().tool,
        report_id: current.report_id,
        command: String::new(),
        options: Replay::default(),
        period: current.period,
        as_of: current.as_of,
        inputs_sha256: baseline.inputs_sha256,
        rules_sha256: baseline.rules_sha256,
        evidence_sha256: String::new(),
        inputs: Vec::new(),
        rules: Vec::new(),
        outputs: vec![OutputEntry { path: "report.html".to_owned(), bytes: bytes as u64, sha256: hash.to_owned() }],
        manifest_sha256: String::new(),
    }
}

/// A folder with a pack that has `report.html`.
fn pack(content: &str, hash: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    super::write(&folder.path().join("manifest.json"), manifest_of(content.len(), hash).to_json());
    super::write(&folder.path().join("report.html"), content);
    folder
}

fn attached(folder: &std::path::Path, file: &str, attach: &[Attachment]) -> Result<Plan, String> {
    let templates = Templates::shipped().expect("shipped templates");
    let options =
        Options { pack: Some(folder), names: false, always: false, attach, date: None, templates: &templates };
    Plan::make(&config(file), &drift(), &options).map_err(|failure| failure.to_string())
}

#[test]
fn a_report_is_attached_on_request() {
    let folder = pack("<p>hello", &sha256_of(b"<p>hello"));
    let plan = attached(folder.path(), ALL, &[Attachment::Html, Attachment::Pdf]).expect("a plan");
    let mail = &plan.mails[0];
    assert_eq!(mail.attached, ["Acme-Instruments-2026-W47-report.html"]);
    let bytes = text(&mail.eml);
    assert!(bytes.contains("multipart/mixed"), "{bytes}");
    assert!(bytes.contains("PHA+aGVsbG8="), "{bytes}");
    let said: Vec<String> = plan.doubts.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["warning: there is no pack with a report.pdf: it is not attached"]);
}

#[test]
fn what_is_too_large_in_a_mail_is_named_with_its_hash() {
    // Eight bytes are twelve digits of base64 and a line end.
    let hash = sha256_of(b"<p>hello");
    let folder = pack("<p>hello", &hash);
    let templates = Templates::shipped().expect("shipped templates");
    let options = Options {
        pack: Some(folder.path()),
        names: false,
        always: false,
        attach: &[],
        date: None,
        templates: &templates,
    };
    let mail = |room: &str| {
        let text = format!("from = \"a@acme.example\"\nmax_attachment = \"{room}\"\n{ALL}attach = \"html\"\n");
        let config = overstay::mail::Config::load("mail.toml", &text, folder.path()).expect("a mail file");
        Plan::make(&config, &drift(), &options).expect("a plan").mails.remove(0)
    };
    assert_eq!(mail("14 B").attached.len(), 1);
    let mail = mail("13 B");
    assert_eq!(mail.attached, Vec::<String>::new());
    assert!(mail.text.replace("\n  ", " ").contains(&hash), "{}", mail.text);
    assert!(mail.text.contains("too large"), "{}", mail.text);
}

#[test]
fn a_changed_report_is_sent_to_nobody() {
    let folder = pack("<p>changed", &sha256_of(b"<p>hello"));
    let said = attached(folder.path(), ALL, &[Attachment::Html]).expect_err("a failure");
    assert!(said.contains("report.html: it differs from the pack's manifest"), "{said}");
}

#[test]
fn owners_of_systems_are_named_only_to_who_asks_for_names_or_for_them() {
    let owners = ["emre@acme.example", "carla@acme.example"];
    let named = |more: &str| {
        let mail = plan(&format!("{ALL}{more}\n"), &drift()).mails.remove(0);
        let page = html(&text(&mail.eml));
        owners.map(|owner| (mail.text.contains(owner), page.contains(owner)))
    };
    assert_eq!(named(""), [(false, false); 2]);
    assert_eq!(named("metrics = \"leaver-lag\""), [(false, false); 2]);
    assert_eq!(named("systems = \"okta\""), [(false, false); 2]);
    assert_eq!(named("names = true"), [(true, true); 2]);
    assert_eq!(named("owners = \"carla@acme.example\""), [(false, false), (true, true)]);
    let mail = plan(&format!("{ALL}owners = \"carla@acme.example\"\n"), &drift()).mails.remove(0);
    assert!(mail.text.contains("names the owners of systems that it was asked for"), "{}", mail.text);
    let mail = plan(ALL, &drift()).mails.remove(0);
    assert!(!mail.text.contains("owner"), "{}", mail.text);
}

#[test]
fn findings_that_look_alike_without_names_are_one_line() {
    let mut drift = drift();
    let mut more = drift.items[1].clone();
    more.finding_id = "ovs-0000000000000009".to_owned();
    let face = more.after.as_mut().expect("a face");
    (face.length_seconds, face.longest_seconds) = (12 * 86_400, Some(12 * 86_400));
    face.open = false;
    drift.items.insert(2, more);
    let mail = plan(ALL, &drift).mails.remove(0);
    let said = mail.text.replace("\n  ", " ");
    let line = "* high: 2 × Access after leaving, okta longest 12 d with a limit of 1 d, 1 of 2 open \
                ovs-0000000000000002 and 1 more";
    assert!(said.contains(line), "{said}");
    let named = plan(&format!("{ALL}names = true\n"), &drift).mails.remove(0);
    assert!(!named.text.contains('×'), "{}", named.text);
}

#[test]
fn nothing_is_said_about_a_length_where_there_is_none() {
    let mut drift = drift();
    let face = drift.items[2].after.as_mut().expect("a face");
    (face.length_seconds, face.longest_seconds, face.limit_seconds) = (0, Some(0), 0);
    let mail = plan(ALL, &drift).mails.remove(0);
    assert!(!mail.text.contains("0 s"), "{}", mail.text);
    assert!(mail.text.contains("payroll: an account\n  open\n"), "{}", mail.text);
}

#[test]
fn the_result_comes_first_then_systems_then_sizes_in_one_line() {
    let mut drift = drift();
    let mut people = drift.context[2].clone();
    people.what = "people".to_owned();
    (people.before, people.after) = (Some("61".to_owned()), Some("63".to_owned()));
    drift.context.push(people);
    let mail = plan(ALL, &drift).mails.remove(0);
    let page = html(&text(&mail.eml));
    for (text, systems) in [(mail.text.as_str(), "SYSTEMS"), (page.split_once("<body").expect("a body").1, "Systems")] {
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} in\n{text}"));
        let sizes = "accounts 39 → 40, people 61 → 63";
        assert!(at("3 reopened, 2 resolved") < at("compared with") && at("compared with") < at(systems), "{text}");
        assert!(at(systems) < at(sizes) && at(sizes) < at("Access after leaving, okta"), "{text}");
    }
}

#[test]
fn systems_with_most_that_is_worse_come_first_and_those_out_of_sight_before_them() {
    let mut drift = drift();
    drift.systems.reverse();
    let mut gone = drift.systems[0].clone();
    (gone.system, gone.loaded, gone.classes) = ("wiki".to_owned(), [true, false], Vec::new());
    drift.systems.push(gone);
    let mail = plan(ALL, &drift).mails.remove(0);
    let at = |what: &str| mail.text.find(what).unwrap_or_else(|| panic!("{what} in\n{}", mail.text));
    assert!(at("* wiki: ") < at("* okta: ") && at("* okta: ") < at("* payroll: "), "{}", mail.text);
}
