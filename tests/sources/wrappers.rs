//! What log stores, lakes and warehouses put around the records of a vendor: the vendor's own mapping reads them.

use std::path::Path;

use overstay::source::{Completeness, FileOutcome, LoadOptions, inspect};

use super::kit::shipped;

#[test]
fn the_vendors_mapping_reads_the_record_inside() {
    let set = shipped();
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b'\t').from_path("tests/sources/wrappers.tsv").expect("a list");
    let mut names = Vec::new();
    for line in reader.records() {
        let line = line.expect("a line");
        let (name, source, records) = (&line[0], &line[1], line[2].parse::<u64>().expect("a number"));
        let path = Path::new("tests/sources/wrappers").join(name);
        let file = inspect(&[path], &set, &LoadOptions::default(), 0).expect("a file").remove(0).file;
        assert_eq!(file.outcome, FileOutcome::Read, "{name}: {:?}", file.candidates);
        assert_eq!((file.source.as_deref(), file.records), (Some(source), records), "{name}");
        assert_eq!(file.rejected, 0, "{name}");
        // The notes say which of them are only a part.
        assert_eq!(file.completeness == Completeness::Partial, line[3].contains(": a part"), "{name}");
        names.push(name.to_owned());
    }
    let lying = std::fs::read_dir("tests/sources/wrappers").expect("a folder");
    let lying: Vec<String> =
        lying.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(names.len(), lying.len(), "a file that the list does not name");
}
