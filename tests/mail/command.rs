//! The flags as a user gives them: dry run, files, exit code 6, and mistakes.

use crate::support::company::Company;

/// Two packs of a company in which one account stays open after its person left, in the second one for longer, and a mail file. Nobody listens at
/// the port of discard on this machine.
fn company(server: &str) -> Company {
    let company = Company::new();
    let report = |out: &str| {
        let ran = company.given(&["report", "exports", "--period", "2026-Q3", "--out", out]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    let until = |end: &str| {
        let accounts = Company::text("exports/crm/accounts.csv").replace("2026-07-31T18:00:00Z", end);
        company.write("exports/crm/accounts.csv", accounts);
    };
    until("2026-08-05T18:00:00Z");
    report("packs/one");
    until("2026-08-09T18:00:00Z");
    report("packs/two");
    company.with("mail.toml", MAIL.replace("SERVER", server))
}

const MAIL: &str = r#"from = "overstay@corp.example"
SERVER
[[recipient]]
name = "GRC"
to = ["grc@corp.example"]
[[recipient]]
name = "erp"
to = ["erp@corp.example"]
systems = ["erp"]
"#;

const NOBODY: &str = "[server]\nhost = \"localhost\"\nport = 9\nsecurity = \"none\"\nattempts = 1\nback_off = \"0s\"\ntimeout = \"2s\"\n";

fn drift<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["drift", "packs/one", "packs/two"], more].concat()
}

#[test]
fn a_dry_run_shows_everything_and_does_nothing() {
    let company = company("");
    let ran = company.run(&drift(&["--mail", "mail.toml", "--dry-run"]));
    assert_eq!(ran.code, 5, "{}", ran.err);
    let shown = ran.out.split_once("== GRC\n").expect("the mails").1;
    assert!(shown.starts_with("to: grc@corp.example\nsubject: overstay: "), "{shown}");
    assert!(shown.contains("\nWORSE: ") && !shown.contains("bo@corp"), "{shown}");
    assert!(shown.ends_with("== erp: nothing changed that concerns it, no mail\n"), "{shown}");
    assert!(!company.path("packs/outbox").exists());
}

#[test]
fn what_cannot_be_delivered_is_kept_and_said() {
    let company = company(NOBODY);
    let send = drift(&["--mail", "mail.toml", "--send"]);
    let ran = company.run(&send);
    assert_eq!(ran.code, 6, "{}", ran.err);
    assert!(ran.err.contains("error: GRC: not delivered to grc@corp.example: localhost:9: "), "{}", ran.err);
    assert!(ran.err.contains("the same command sends it again"), "{}", ran.err);
    let kept = || {
        let files = std::fs::read_dir(company.path("packs/outbox")).expect("an outbox");
        let names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
        names.filter(|name| name.contains(".eml")).collect::<Vec<_>>()
    };
    assert_eq!(kept().len(), 1);
    assert_eq!((company.run(&send).code, kept().len()), (6, 1), "the same mail is kept once");
}

#[test]
fn a_mail_of_an_earlier_run_is_named_until_somebody_takes_it_away() {
    let company = company(NOBODY);
    assert_eq!(company.run(&drift(&["--mail", "mail.toml", "--send"])).code, 6);
    let kept = company.files("packs/outbox").into_keys().next().expect("a kept mail");
    let late = Company::text("exports/crm/accounts.csv").replace("2026-07-31T18:00:00Z", "2026-08-19T18:00:00Z");
    company.write("exports/crm/accounts.csv", late);
    assert_eq!(company.run(&["report", "exports", "--period", "2026-Q3", "--out", "packs/three"]).code, 0);
    let send = ["drift", "packs/two", "packs/three", "--mail", "mail.toml", "--send"];
    let ran = company.run(&send);
    assert!(
        ran.err.contains(&format!("outbox/{kept}: a mail of an earlier run that somebody has not got")),
        "{}",
        ran.err
    );
    std::fs::remove_file(company.path("packs/outbox").join(&kept)).expect("removed");
    assert!(!company.run(&send).err.contains("earlier run"));
}

#[cfg(unix)]
#[test]
fn a_command_sends_to_each_recipient_once() {
    let command = "[server]\ncommand = [\"/bin/sh\", \"-c\", \"echo $@ >>sent; cat >>mails\", \"sendmail\", \"-i\"]\n";
    let company = company(command);
    let send = drift(&["--mail", "mail.toml", "--send"]);
    let ran = company.run(&send);
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(ran.err.contains("GRC: delivered to grc@corp.example\n"), "{}", ran.err);
    let ran = company.run(&send);
    assert!(ran.code == 5 && ran.err.contains("GRC: delivered before, not sent again\n"), "{}", ran.err);
    let read = |name: &str| std::fs::read_to_string(company.path(name)).expect("what was sent");
    assert_eq!(read("sent"), "-i -f overstay@corp.example -- grc@corp.example\n");
    assert!(read("mails").starts_with("From: overstay@corp.example\nTo: grc@corp.example\nSubject: overstay: "));
    assert_eq!(company.files("packs/outbox").into_keys().collect::<Vec<_>>(), ["deliveries.json"]);
}

#[test]
fn files_are_the_same_every_time_and_one_per_rule() {
    let company = company("");
    let ran = company.run(&drift(&["--mail", "mail.toml", "--eml", "out/a.eml", "--always"]));
    assert_eq!(ran.code, 5, "{}", ran.err);
    let again = company.run(&drift(&["--mail", "mail.toml", "--eml", "out/b.eml", "--always"]));
    assert_eq!(again.code, 5, "{}", again.err);
    for number in [1, 2] {
        let read = |name: &str| std::fs::read(company.path(&format!("out/{name}-{number}.eml"))).expect("a mail");
        assert_eq!(read("a"), read("b"));
    }
    assert_eq!(company.run(&drift(&["--eml", "whole.eml"])).code, 5);
    let whole = std::fs::read_to_string(company.path("whole.eml")).expect("a mail");
    assert!(whole.contains("\r\nTo: undisclosed-recipients:;\r\n"), "{whole}");
}

#[test]
fn exports_that_are_no_pack_need_an_outbox() {
    let company = company(NOBODY);
    let args = ["drift", "packs/one", "exports", "--period", "2026-Q3", "--mail", "mail.toml", "--send"];
    let ran = company.run(&args);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("--outbox has to say where deliveries are recorded"), "{}", ran.err);
    let ran = company.run(&[&args[..], &["--outbox", "box"]].concat());
    assert_eq!(ran.code, 6, "{}", ran.err);
}

#[test]
fn files_and_dry_runs_of_exports_need_no_outbox() {
    let company = company(NOBODY);
    let args = ["drift", "packs/one", "exports", "--period", "2026-Q3", "--mail", "mail.toml"];
    let ran = company.run(&[&args[..], &["--dry-run"]].concat());
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(ran.out.contains("to: grc@corp.example\n"), "{}", ran.out);
    let ran = company.run(&[&args[..], &["--eml", "mail.eml"]].concat());
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(company.path("mail-1.eml").exists());
}

#[test]
fn a_password_that_cannot_be_read_leaves_the_mail_and_says_so() {
    let company = company(&format!("{NOBODY}user = \"overstay\"\npassword_file = \"none\"\n"));
    let ran = company.run(&drift(&["--mail", "mail.toml", "--send"]));
    assert_eq!(ran.code, 6, "{}", ran.err);
    assert!(ran.err.contains("none: the password cannot be read"), "{}", ran.err);
    assert!(ran.err.contains("the same command sends it again"), "{}", ran.err);
}

#[test]
fn mistakes_on_the_command_line() {
    let company = company("");
    let said = |more: &[&str]| {
        let ran = company.run(&drift(more));
        assert_eq!(ran.code, 2, "{}", ran.err);
        ran.err
    };
    assert!(said(&["--send"]).contains("--mail <FILE>"));
    assert!(said(&["--mail", "mail.toml", "--send", "--dry-run"]).contains("cannot be used with"));
    assert!(said(&["--mail", "mail.toml"]).contains("--mail needs --send, --dry-run or --eml"));
    assert!(said(&["--mail", "none.toml", "--send"]).contains("none.toml: the mail file cannot be read"));
    assert!(said(&["--mail", "mail.toml", "--send"]).contains("--send needs a [server] in the mail file"));
}
