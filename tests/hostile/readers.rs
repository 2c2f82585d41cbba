//! No reader panics, whatever it is given: the first inputs of the fuzzer, changed at random places chosen by a seed.

use std::panic::catch_unwind;
use std::path::Path;

#[allow(unreachable_pub, reason = "the fuzzer's library, compiled into the tests as well")]
#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

/// Changed inputs of each reader. `OVERSTAY_MUTATIONS` asks for so many times more.
const TRIED: [(&str, u64); 8] = [
    ("csv_split", 400),
    ("json_scan", 600),
    ("time_forms", 20_000),
    ("mapping_toml", 300),
    ("metric_sql", 150),
    ("manifest", 400),
    ("delivery_record", 300),
    ("parquet_rows", 2_500),
];

/// Pieces that readers look for.
const WORDS: [&[u8]; 16] = [
    b"\"",
    b"\\",
    b"\n",
    b"\r\n",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b";",
    b"\0",
    b"\xff\xfe",
    b"'''",
    b"/*",
    b"\xe2\x80\xae",
    b"99999999999999999999",
];

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn changed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(out.len() + 1);
            let end = at + self.below((out.len() - at).min(40) + 1);
            match self.below(7) {
                0 if at < out.len() => out[at] ^= 1 << self.below(8),
                1 if at < out.len() => out[at] = self.below(256) as u8,
                2 => drop(out.drain(at..end)),
                3 => {
                    let again = out[at..end].to_vec();
                    out.splice(at..at, again);
                }
                4 => out.truncate(at),
                // The end of a file of Parquet leads to all of it.
                5 if out.len() > 600 => {
                    let at = out.len() - 1 - self.below(600);
                    out[at] = self.below(256) as u8;
                }
                _ => drop(out.splice(at..end, WORDS[self.below(WORDS.len())].iter().copied())),
            }
        }
        out
    }
}

fn inputs(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("a corpus").map(|file| file.expect("a file").path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("an input")).collect()
}

#[test]
fn no_reader_panics() {
    #[expect(clippy::disallowed_methods, reason = "how long to try is asked for from outside")]
    let times: u64 = std::env::var("OVERSTAY_MUTATIONS").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    assert_eq!(fuzz::READERS.map(|reader| reader.0), TRIED.map(|tried| tried.0));
    std::thread::scope(|scope| {
        for ((name, reader), (_, tried)) in fuzz::READERS.into_iter().zip(TRIED) {
            scope.spawn(move || {
                let inputs = inputs(name);
                assert!(!inputs.is_empty(), "{name}");
                let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ tried);
                for number in 0..tried * times {
                    let input = &inputs[number as usize % inputs.len()];
                    // The first round takes the inputs as they are.
                    let bytes = if number < inputs.len() as u64 { input.clone() } else { random.changed(input) };
                    let ended = catch_unwind(|| reader(&bytes));
                    assert!(ended.is_ok(), "{name} panics at input {number}: {:?}", String::from_utf8_lossy(&bytes));
                }
            });
        }
    });
}

/// The first inputs are good ones: a reader that refuses them at once would be tried for nothing.
#[test]
fn first_inputs_are_read() {
    let text = |name: &str, at: usize| String::from_utf8_lossy(&inputs(name)[at]).into_owned();
    for (at, _) in inputs("mapping_toml").iter().enumerate().take(2) {
        assert_eq!(overstay::source::mistakes_in("own.toml", &text("mapping_toml", at)), [], "mapping {at}");
    }
    assert_eq!(overstay::metric::mistakes_in("own.sql", "own", &text("metric_sql", 1)), []);
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, bytes: &[u8]| {
        #[expect(clippy::disallowed_methods, reason = "a fixture, not an output")]
        std::fs::write(folder.path().join(name), bytes).expect("a file");
    };
    put("deliveries.json", &inputs("delivery_record")[0]);
    let outbox = overstay::mail::Outbox::look(Some(folder.path())).expect("a record");
    assert_eq!(outbox.deliveries().len(), 1);
    put("accounts.parquet", &inputs("parquet_rows")[0]);
    let rows = overstay::pack::PackRows::open(folder.path(), &["accounts.parquet".to_owned()], ["account_key"]);
    let mut keys = Vec::new();
    let read = rows.expect("a table").expect("its columns").each(|[key]| keys.push(key.str().to_owned()));
    read.expect("rows");
    assert_eq!(keys, ["crm:a1", "crm:a2"]);
    put("manifest.json", &inputs("manifest")[0]);
    let check = overstay::pack::check_pack(folder.path(), &|_, _| ()).expect("a pack");
    assert!(check.manifest.is_some());
}
