//! The law of blocks: their size never changes what is read.

use std::fmt::Write as _;

use overstay::source::LoadOptions;
use proptest::prelude::*;

use super::kit::{Folder, everything};

fn same_in_all_blocks(folder: &Folder) -> Result<(), TestCaseError> {
    let read = |block: usize| {
        let options = LoadOptions { block, ..LoadOptions::default() };
        folder.try_load(&options).map(|loaded| everything(&loaded)).map_err(|failure| failure.to_string())
    };
    let whole = read(8 << 20);
    for block in [1, 7, 64, 1000] {
        prop_assert_eq!(read(block), whole.clone(), "blocks of {} bytes", block);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_csv(cells in proptest::collection::vec("[a1,;\"\n\r é\u{0}-]{0,12}", 0..40), quote in any::<bool>()) {
        let mut text = String::from("person_id,name,started_on\n");
        for (row, cell) in cells.iter().enumerate() {
            let cell = if quote { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() };
            let _ = writeln!(text, "{row},{cell},2020-01-01");
        }
        text.push_str("last,x,2020-01-01\n");
        same_in_all_blocks(&Folder::with("p.csv", text))?;
    }

    #[test]
    fn of_csv_in_two_encodings(lines in proptest::collection::vec(any::<bool>(), 1..20)) {
        let mut bytes = b"person_id,name,started_on\n".to_vec();
        for (row, foreign) in lines.iter().enumerate() {
            bytes.extend(format!("{row},").as_bytes());
            bytes.extend(if *foreign { &b"M\xfcller"[..] } else { "Müller".as_bytes() });
            bytes.extend(b",2020-01-01\n");
        }
        same_in_all_blocks(&Folder::with("p.csv", bytes))?;
    }

    #[test]
    fn of_json(names in proptest::collection::vec("[a\\[\\]{},:\"\\\\ é]{0,10}", 1..20), style in 0..4_u8, cut in 0..60_usize) {
        let record = |(row, name): (usize, &String)| {
            let name = serde_json::to_string(name).expect("a text");
            format!("{{\"id\":\"{row}\",\"status\":\"ACTIVE\",\"lastLogin\":null,\"profile\":{{\"login\":{name}}}}}")
        };
        let records: Vec<String> = names.iter().enumerate().map(record).collect();
        let text = match style {
            0 => format!("[{}]", records.join(",\n")),
            1 => records.join("\n"),
            2 => records.join(" ").replace("{\"id\"", "{\n\"id\""),
            _ => format!("{{\"value\":[{}]}}", records.join(",")),
        };
        // The cut may fall into the middle of a letter.
        let bytes = &text.as_bytes()[..text.len().saturating_sub(cut).max(1)];
        same_in_all_blocks(&Folder::with("u.json", bytes))?;
    }
}
