//! The lists of owners of a real pack: attached to the mails of those owners, or named in them.

use crate::support::company::Company;

/// Two packs of a company in which the account in crm stayed open too long, in the second one for longer; Olga owns it, Otto the other.
fn company() -> Company {
    let company = Company::new().with_documents().with(
        "exports/systems.csv",
        "system,title,owner,in_scope\ncrm,CRM,olga@corp.example,yes\nerp,ERP,otto@corp.example,yes\n",
    );
    let report = |out: &str| {
        let ran = company.given(&["report", "exports", "--period", "2026-Q3", "--out", out]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    let until = |end: &str| {
        for (file, time) in [("crm/accounts", "2026-07-31T18:00:00Z"), ("erp/users", "2026-07-31T17:00:00Z")] {
            let path = format!("exports/{file}.csv");
            company.write(&path, Company::text(&path).replace(time, end));
        }
    };
    until("2026-08-05T18:00:00Z");
    report("packs/one");
    until("2026-08-09T18:00:00Z");
    report("packs/two");
    company
}

/// What a mail of one rule says and carries.
fn mail(company: &Company, rule: &str, more: &[&str]) -> (String, String) {
    company.write(
        "mail.toml",
        format!("from = \"overstay@corp.example\"\n[[recipient]]\nto = \"olga@corp.example\"\n{rule}\n"),
    );
    let drift = ["drift", "packs/one", "packs/two", "--mail", "mail.toml"];
    let ran = company.run(&[&drift[..], &["--dry-run"], more].concat());
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert_eq!(company.run(&[&drift[..], &["--eml", "mail.eml"], more].concat()).code, 5);
    let eml = std::fs::read_to_string(company.path("mail.eml")).expect("a mail");
    // A long line of the text part goes on two columns in.
    (ran.out.split_once("\n== ").expect("the mail").1.replace("\n  ", " "), eml)
}

const OLGA: &str = "owners/olga-corp.example.csv";
const OTTO: &str = "owners/otto-corp.example.csv";

#[test]
fn an_owner_gets_his_list_and_no_other() {
    let company = company();
    let owners = "owners = \"Olga@corp.example\"";
    for (rule, more) in
        [(format!("{owners}\nattach = \"owner-list\""), &[][..]), (owners.to_owned(), &["--attach", "owner-list"])]
    {
        let (said, eml) = mail(&company, &rule, more);
        let list = &company.files("packs/two")[OLGA];
        let encoded = eml.split("olga-corp.example.csv\"").nth(1).expect("the attachment");
        let body = encoded.split("\r\n\r\n").nth(1).expect("a body").replace("\r\n", "");
        let body = body.split("--=_overstay").next().expect("its end");
        assert_eq!(body, base64(list), "{eml}");
        assert!(eml.contains("Content-Type: text/csv; charset=utf-8"), "{eml}");
        assert!(said.contains("olga-corp.example.csv. It names persons and accounts."), "{said}");
        assert!(!said.contains("otto") && !eml.contains("otto-corp"), "{said}");
    }
}

#[test]
fn a_list_that_is_not_attached_is_named_to_its_owner_only() {
    let company = company();
    let (said, eml) = mail(&company, "owners = \"olga@corp.example\"", &[]);
    let hash = overstay::pack::sha256_of(&company.files("packs/two")[OLGA]);
    assert!(said.contains(OLGA) && said.contains(&hash), "{said}");
    assert!(said.contains("lists what its owner has to decide"), "{said}");
    assert!(!eml.contains("multipart/mixed") && !said.contains(OTTO), "{said}");
    let (said, _) = mail(&company, "owners = \"o*@corp.example\"", &[]);
    assert!(said.contains(OLGA) && said.contains(OTTO), "{said}");
    for rule in ["", "systems = \"crm\"", "metrics = \"leaver-lag\""] {
        let (said, eml) = mail(&company, rule, &["--attach", "owner-list"]);
        assert!(!said.contains("owners/") && !eml.contains("multipart/mixed"), "{rule}: {said}");
    }
}

#[test]
fn an_owner_without_a_list_is_told_that_there_is_none() {
    let company = company();
    company.write("exports/erp/users.csv", Company::text("exports/erp/users.csv"));
    let ran = company.run(&["report", "exports", "--period", "2026-Q3", "--out", "packs/two"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!company.files("packs/two").contains_key(OTTO));
    let (said, _) = mail(&company, "always = true\nowners = \"otto@corp.example\"\nattach = \"owner-list\"", &[]);
    assert!(said.contains("does not have a list for the owners that this mail is about"), "{said}");
}

#[test]
fn a_list_of_nobody_is_a_mistake() {
    let company = company();
    let rule = "attach = \"owner-list\"";
    company
        .write("mail.toml", format!("from = \"o@corp.example\"\n[[recipient]]\nto = \"olga@corp.example\"\n{rule}\n"));
    let ran = company.run(&["drift", "packs/one", "packs/two", "--mail", "mail.toml", "--dry-run"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "error: mail.toml:2:1: \"owner-list\" without `owners`\nhint: add `owners`: it attaches the lists of those\n"
    );
    // For all rules, it is for those that ask for owners.
    company
        .write("mail.toml", format!("from = \"o@corp.example\"\n{rule}\n[[recipient]]\nto = \"olga@corp.example\"\n"));
    let ran = company.run(&["drift", "packs/one", "packs/two", "--mail", "mail.toml", "--dry-run"]);
    assert!(ran.code == 5 && !ran.out.contains("owner"), "{}{}", ran.err, ran.out);
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let whole = three.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = char::from(DIGITS[(whole >> (18 - 6 * place)) as usize & 63]);
            out.push(if place > three.len() { '=' } else { digit });
        }
    }
    out
}
