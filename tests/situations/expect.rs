//! What a situation expects, a line each:
//!
//! ```text
//! leaver-lag is insufficient-evidence|not-met      the verdict on a metric is one of these
//! leaver-lag ann@x.example over longest 86400      the item with this subject (`*` stands for anything) has this result
//! leaver-lag bob@x.example absent|unknown          or there is none
//! leaver-lag has 3                                 items in the population, at least
//! account a1 person 17                             an account, and what is known of it: person, status, rule
//! no account z9
//! people 2
//! events 3
//! file hr/people.csv rejected 0                    a file, and a field of what the report says of it
//! message unread-values                            a message with this code, or that holds this text
//! refused                                          there is no pack at all
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

type Row = BTreeMap<String, String>;

/// A pack, or why there is none, and what was expected of it.
pub(super) struct Answer {
    report: Value,
    evidence: BTreeMap<String, Vec<Row>>,
    accounts: Vec<Row>,
    people: Vec<Row>,
    refused: Option<String>,
    expected: Vec<String>,
}

fn rows(path: PathBuf) -> Vec<Row> {
    let Ok(bytes) = std::fs::read(path) else {
        return Vec::new();
    };
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().expect("a header").clone();
    let named = |row: csv::StringRecord| header.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect();
    reader.records().map(|row| named(row.expect("a row"))).collect()
}

/// Whether a text is what a pattern with `*` means.
fn is_like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|tail| {
            (0..=tail.len()).filter(|at| tail.is_char_boundary(*at)).any(|at| is_like(rest, &tail[at..]))
        }),
    }
}

impl Answer {
    pub(super) fn read(pack: &Path, refused: Option<String>, expected: Vec<String>) -> Self {
        let report: Value = std::fs::read(pack.join("report.json"))
            .map(|bytes| serde_json::from_slice(&bytes).expect("JSON"))
            .unwrap_or_default();
        let metrics = report["metrics"].as_array().into_iter().flatten().filter_map(|metric| metric["id"].as_str());
        let evidence = metrics.map(|id| (id.to_owned(), rows(pack.join(format!("evidence/{id}.csv"))))).collect();
        let list = |name: &str| rows(pack.join(format!("populations/{name}.csv")));
        Self { evidence, accounts: list("accounts"), people: list("people"), report, refused, expected }
    }

    /// What is not as expected, in words.
    pub(super) fn unmet(&self) -> Vec<String> {
        self.expected.iter().filter_map(|line| self.check(line).map(|is| format!("{line} -- {is}"))).collect()
    }

    fn check(&self, line: &str) -> Option<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match (&words[..], &self.refused) {
            (["refused"], Some(_)) => return None,
            (["refused"], None) => return Some("there is a pack".to_owned()),
            (_, Some(why)) => return Some(format!("refused: {why}")),
            _ => {}
        }
        match words[..] {
            [metric, "is", wanted] => self.status(metric, wanted),
            [metric, "has", least] => self.population(metric, least),
            ["account", id, ref fields @ ..] => self.account(id, fields),
            ["no", "account", id] => {
                self.accounts.iter().any(|row| row["account_id"] == id).then(|| "it is there".to_owned())
            }
            ["people", count] => is_not(count, &self.people.len().to_string()),
            ["events", count] => is_not(count, &self.report["populations"]["events"].to_string()),
            ["file", path, field, wanted] => self.file(path, field, wanted),
            ["message", ..] => self.message(line.strip_prefix("message ").unwrap_or_default()),
            [metric, subject, results, ref more @ ..] => self.item(metric, subject, results, more),
            _ => panic!("not understood: {line}"),
        }
    }

    fn metric(&self, id: &str) -> &Value {
        let metrics = self.report["metrics"].as_array().expect("metrics");
        metrics.iter().find(|metric| metric["id"] == id).unwrap_or_else(|| panic!("no metric {id}"))
    }

    fn status(&self, metric: &str, wanted: &str) -> Option<String> {
        let metric = self.metric(metric);
        let is = metric["status"].as_str().expect("a status");
        (!wanted.split('|').any(|one| one == is)).then(|| format!("{is}: {}", metric["status_reason"]))
    }

    fn population(&self, metric: &str, least: &str) -> Option<String> {
        let is = self.metric(metric)["population"].as_u64().expect("a number");
        (is < least.parse().expect("a number")).then(|| is.to_string())
    }

    fn item(&self, metric: &str, subject: &str, results: &str, more: &[&str]) -> Option<String> {
        let rows = self.evidence.get(metric).unwrap_or_else(|| panic!("no metric {metric}"));
        let found: Vec<&Row> = rows.iter().filter(|row| is_like(subject, &row["subject"])).collect();
        let may_be = |result: &str| results.split('|').any(|one| one == result);
        if found.is_empty() {
            return (!may_be("absent")).then(|| "no such item".to_owned());
        }
        found.iter().find_map(|row| {
            if !may_be(&row["result"]) {
                return Some(format!("{} ({})", row["result"], row.get("note").map_or("", String::as_str)));
            }
            more.chunks(2).find_map(|pair| {
                let column = match pair[0] {
                    "longest" => "longest_seconds",
                    "shortest" => "shortest_seconds",
                    other => other,
                };
                let is = row.get(column).unwrap_or_else(|| panic!("no column {column}"));
                (is != pair[1]).then(|| format!("{column} is {is}"))
            })
        })
    }

    fn account(&self, id: &str, fields: &[&str]) -> Option<String> {
        let found: Vec<&Row> = self.accounts.iter().filter(|row| is_like(id, &row["account_id"])).collect();
        if found.is_empty() {
            return Some("no such account".to_owned());
        }
        fields.chunks(2).find_map(|pair| {
            let column = match pair[0] {
                "person" => "person_id",
                "rule" => "match_rule",
                other => other,
            };
            let wanted = if pair[1] == "nobody" { "" } else { pair[1] };
            let differs = |row: &&&Row| !wanted.split('|').any(|one| one == row[column]);
            found.iter().find(differs).map(|row| format!("{column} is {:?}", row[column]))
        })
    }

    fn file(&self, path: &str, field: &str, wanted: &str) -> Option<String> {
        let files = self.report["sources"].as_array().expect("files");
        let Some(file) = files.iter().find(|file| file["path"] == path) else {
            return Some("no such file in the report".to_owned());
        };
        let is = file[field].as_str().map_or_else(|| file[field].to_string(), str::to_owned);
        (!wanted.split('|').any(|one| one == is)).then_some(is)
    }

    fn message(&self, wanted: &str) -> Option<String> {
        let messages = self.report["messages"].as_array().expect("messages");
        let holds = |message: &Value| {
            message["code"] == wanted || message["message"].as_str().is_some_and(|text| text.contains(wanted))
        };
        let all = || messages.iter().map(|message| format!("{}", message["message"])).collect::<Vec<_>>().join(" / ");
        (!messages.iter().any(holds)).then(all)
    }
}

fn is_not(wanted: &str, is: &str) -> Option<String> {
    (wanted != is).then(|| is.to_owned())
}
