//! Standard output carries data only, messages go to standard error, and nothing is coloured without a terminal.

use crate::support::company::Company;

fn warned() -> Company {
    Company::new().with("exports/erp/colours.csv", "colour,size\nred,1\n")
}

#[test]
fn json_stands_alone_on_standard_output() {
    let ran = warned().run(&["check", "exports", "--period", "2026-Q3", "--json"]);
    assert_eq!(ran.json()["schema"], "overstay.report/2");
    assert!(ran.err.starts_with("warning: erp/colours.csv: "), "{}", ran.err);
}

#[test]
fn nothing_is_coloured_or_moves_without_a_terminal() {
    let company = warned();
    let commands: [&[&str]; 7] = [
        &["check", "exports", "--period", "2026-Q3"],
        &["report", "exports", "--period", "2026-Q3", "--out", "pack"],
        &["inspect", "exports"],
        &["explain", "PR.AC-4"],
        &["list", "metrics"],
        &["--help"],
        &["check", "--perod", "x"],
    ];
    for command in commands {
        let ran = company.run(command);
        for text in [&ran.out, &ran.err] {
            assert!(!text.contains('\u{1b}') && !text.contains('\r'), "{command:?}: {text:?}");
        }
    }
}

#[test]
fn a_mistake_leaves_standard_output_empty() {
    let company = warned();
    let commands: [&[&str]; 5] = [
        &["check", "exports"],
        &["check", "nowhere", "--period", "2026-Q3", "--json"],
        &["explain", "nothing"],
        &["list"],
        &["report", "exports", "--period", "2026-Q3", "--out", "exports"],
    ];
    for command in commands {
        let ran = company.run(command);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{command:?}");
        assert!(ran.err.starts_with("error: "), "{}", ran.err);
    }
}

#[test]
fn many_warnings_are_counted() {
    let mut company = Company::new();
    for number in 0..12 {
        company = company.with(&format!("exports/erp/colours-{number:02}.csv"), "colour,size\nred,1\n");
    }
    let ran = company.run(&["check", "exports", "--period", "2026-Q3"]);
    assert_eq!(ran.err.matches("warning: ").count(), 8);
    assert!(ran.err.ends_with("… and 4 more; the report lists all of them\n"), "{}", ran.err);
    let json = company.run(&["check", "exports", "--period", "2026-Q3", "--json"]).json();
    assert_eq!(json["messages"].as_array().expect("messages").len(), 12);
}

#[test]
fn no_message_and_no_list_holds_a_cell() {
    let secret = "hunter2-s3cret";
    let company = Company::new()
        .with(
            "exports/erp/a.csv",
            format!("system,account_id,status,privileged\nerp,,{secret},{secret}\nerp,x,\"{secret}\n"),
        )
        .with("exports/erp/b.json", format!("{{\"error\":{{\"code\":1,\"message\":\"{secret}\"}}}}"));
    let ran = company.report();
    assert!(!ran.err.contains(secret) && !ran.out.contains(secret));
    for (name, bytes) in company.files("pack") {
        assert!(!String::from_utf8_lossy(&bytes).contains(secret), "{name}");
    }
}
