//! Tests of the manifest.

use super::*;

#[test]
fn the_digest_is_what_sha256sum_would_give() {
    // printf 'aa  a.csv\nbb  b.csv\n' | sha256sum
    let digest = digest_of([("b.csv", "bb"), ("a.csv", "aa")].into_iter());
    assert_eq!(digest, "fe9af18fcc06e3c4d47d3004911c5e0ef25cc4c1126dcec687b1a32f6ff547c3");
}

#[test]
fn the_command_can_be_pasted_into_a_shell() {
    let replay = Replay {
        period: "2026-07-01 .. 2026-10-01".to_owned(),
        as_of: "now".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        findings: 5,
        frameworks: vec!["nist-csf-2.0".to_owned()],
        read_as: vec![ReadAs { source: "own-people".to_owned(), pattern: "hr/o'neil *.csv".to_owned() }],
        canonical: false,
        documents: vec![Document::Html, Document::Xlsx],
        csv_bom: true,
        history: Some(EarlierPacks::default()),
        pseudonyms: Some("0123456789abcdef".to_owned()),
        rules: vec!["--mappings".to_owned(), "--policy".to_owned()],
    };
    let expected = "overstay report EXPORTS --period '2026-07-01 .. 2026-10-01' --as-of 1970-01-01T00:00:00Z \
                    --zone Europe/Berlin --findings 5 --framework nist-csf-2.0 --as own-people \
                    'hr/o'\\''neil *.csv' --mappings FOLDER --policy FILE --no-canonical \
                    --csv-bom --format html,xlsx --history PACKS --pseudonyms KEY-0123456789abcdef";
    assert_eq!(replay.command(0), expected);
}
