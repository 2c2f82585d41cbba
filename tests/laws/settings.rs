//! The fifth law: a line of the project file has an effect, or is warned about, or is refused.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use overstay::diag::Diagnostic;
use overstay::pipeline::{RuleOptions, Rules};
use overstay::report::Report;

use super::company::{Fault, company};
use super::facts::told;
use super::folder::{Copy, Folder};
use super::run::{assess, rules};

/// Begin with what every line is tried beside.
const BASE: &str = "zone = \"UTC\"\nperiod = \"2026-Q3\"\n";

/// What a line must do.
enum Must {
    /// Change what the report tells.
    Act,
    /// Change nothing, and be warned about, for it matches nothing.
    Warn,
    /// Be refused.
    Refuse,
}

use Must::{Act, Refuse, Warn};

/// Every key of the project file: a line that does something, and one that cannot.
const LINES: [(&str, &str, Must); 36] = [
    ("organisation", "organisation = \"Other Works\"", Act),
    ("classification", "classification = \"Secret\"", Act),
    ("zone", "zone = \"Asia/Tokyo\"", Act),
    ("zone", "zone = \"Mars/Olympus\"", Refuse),
    ("period", "period = \"2026-Q2\"", Act),
    ("period", "period = \"next\"", Refuse),
    ("as_of", "as_of = \"2026-09-01T00:00:00Z\"", Act),
    ("as_of", "as_of = \"soon\"", Refuse),
    ("policy", "policy = \"policy.toml\"", Act),
    ("policy", "policy = \"nowhere.toml\"", Refuse),
    ("frameworks", "frameworks = [\"nist-csf-1.1\"]", Act),
    ("frameworks", "frameworks = [\"iso-1\"]", Refuse),
    ("mappings", "mappings = [\"own\"]", Act),
    ("mappings", "mappings = [\"nowhere\"]", Refuse),
    ("templates", "templates = \"nowhere\"", Refuse),
    ("systems", "[scope]\nsystems = [\"crm\"]", Act),
    ("systems", "[scope]\nsystems = [\"crm\", \"nowhere\"]", Act),
    ("exclude_systems", "[scope]\nexclude_systems = [\"crm\"]", Act),
    ("exclude_systems", "[scope]\nexclude_systems = [\"nowhere\"]", Warn),
    // The directory gives dates and departments, and no status.
    ("status", "[authority]\nstatus = [\"entra-users\"]", Warn),
    ("status", "[authority]\nstatus = [\"nobody\"]", Refuse),
    ("dates", "[authority]\ndates = [\"entra-users\"]", Act),
    ("department", "[authority]\ndepartment = [\"okta-users\"]", Warn),
    ("manager", "[authority]\nmanager = [\"okta-users\"]", Warn),
    ("name", "[authority]\nname = [\"okta-users\"]", Warn),
    ("[sources]", "[sources]\n\"crm/*.csv\" = \"own-entitlements\"", Act),
    ("[sources]", "[sources]\n\"nowhere/*.csv\" = \"own-people\"", Warn),
    ("[sources]", "[sources]\n\"crm/*.csv\" = \"nobody\"", Refuse),
    ("registers", "registers = [\"more/*.csv\"]", Act),
    ("registers", "registers = [\"nowhere/*.csv\"]", Warn),
    ("[systems]", "[systems]\nhr = [\"crm\"]", Act),
    ("[systems]", "[systems]\nnowhere = [\"crm\"]", Warn),
    ("[aliases]", "[aliases]\naws = [\"crm\"]", Act),
    ("[aliases]", "[aliases]\naws = [\"nothing\"]", Warn),
    ("", "colour = \"red\"", Refuse),
    ("", "[scope]\nsystem = [\"crm\"]", Refuse),
];

const POLICY: &str =
    "title = \"Own\"\n[metrics.leaver-lag]\nlimit = \"1m\"\nseverity = \"low\"\nsource_of_limit = \"own\"\n";
const UNMATCHED: &str =
    "\n[[metrics.leaver-lag.override]]\nworker_type = \"astronaut\"\nlimit = \"1h\"\nsource_of_limit = \"own\"\n";

fn folder(line: &str) -> Folder {
    let mut folder = company(5, Fault::Conflict);
    let key = line.split(" =").next().unwrap_or_default();
    let base: String = BASE
        .lines()
        .filter(|one| key.is_empty() || !one.starts_with(key))
        .fold(String::new(), |all, one| all + one + "\n");
    let text = if line.starts_with('[') { format!("{base}{line}\n") } else { format!("{line}\n{base}") };
    folder.put("overstay.toml", text);
    folder.put("policy.toml", POLICY);
    // The mapping is for a file that nothing else reads.
    folder.put("own/sources/shifts.toml", "id = \"shifts\"\ntitle = \"Shifts\"\ndescription = \"Own.\"\nclass = \"hr\"\nformat = \"csv\"\n\
         system = \"hr\"\n[recognise]\nall = [\"Shift\", \"Worker\"]\n[[rows]]\ntable = \"people\"\n[rows.columns]\nperson_id = \"Worker\"\n");
    folder.put("hr/twins.csv", "system,account_id,username,status\ncrm,c-950,twin,active\n");
    folder.put("more/links.csv", "system,account_id,person_id,reason,approver\ncrm,c-000,L4002,moved,I. Heron\n");
    folder.put("hr/shifts.csv", "Shift,Worker\n1,W-1\n");
    folder
}

fn run(copy: &mut Copy, folder: &Folder) -> Result<Report, Vec<Diagnostic>> {
    let place = copy.show(folder);
    Rules::load(Some(place), &RuleOptions::default()).map_err(|failure| failure.diagnostics)?;
    let rules = rules(place);
    assess(place, &rules).ok_or_else(Vec::new)
}

/// What a report tells, its face included.
fn face(report: &Report) -> Vec<String> {
    let mut all = told(report);
    all.push(format!("{} {:?} {} {}", report.organisation, report.classification, report.as_of.0, report.period.label));
    all.push(format!("{:?}", report.frameworks.iter().map(|framework| &framework.id).collect::<Vec<_>>()));
    all.extend(
        report.metrics.iter().map(|metric| {
            format!("{} limit {:?} {} {:?}", metric.id, metric.limit, metric.severity, metric.limit_source)
        }),
    );
    all.push(format!("{:?}", report.systems));
    all.push(format!("{:?}", report.sources.iter().map(|file| (&file.path, &file.source)).collect::<Vec<_>>()));
    all
}

fn loud(report: &Report) -> Vec<String> {
    let loud = report.messages.iter().filter(|message| message.severity != overstay::diag::Severity::Info);
    loud.map(|message| format!("{} {:?}", message.message, message.place)).collect()
}

#[test]
fn every_line_of_the_project_file_counts() {
    let mut said = String::new();
    let mut copy = Copy::new();
    let plain = run(&mut copy, &folder("")).expect("a report");
    for (_, line, must) in &LINES {
        let is = match run(&mut copy, &folder(line)) {
            Err(_) => "refused",
            Ok(report) if face(&report) != face(&plain) => "acts",
            Ok(report) if loud(&report).len() > loud(&plain).len() => "warned about",
            Ok(_) => "silent",
        };
        let wanted = match must {
            Act => "acts",
            Warn => "warned about",
            Refuse => "refused",
        };
        if is != wanted {
            writeln!(said, "{}: {is}, and should be: {wanted}", line.replace('\n', " ")).expect("memory");
        }
    }
    let mut policy = folder("policy = \"policy.toml\"");
    let with = run(&mut copy, &policy).expect("a report");
    policy.put("policy.toml", format!("{POLICY}{UNMATCHED}"));
    let unmatched = run(&mut copy, &policy).expect("a report");
    if loud(&unmatched).len() <= loud(&with).len() {
        writeln!(said, "an override that matches nobody: silent").expect("memory");
    }
    super::holds(&said);
}

/// The project file that `init` writes names every key: none may be missing in the table.
#[test]
fn the_table_has_every_key() {
    let tried: BTreeSet<&str> = LINES.iter().map(|(key, ..)| *key).collect();
    let text = include_str!("../../src/policy/fresh_project.toml");
    let mut table = "";
    let mut missing = Vec::new();
    for line in text.lines().map(|line| line.trim_start_matches("# ")) {
        if line.starts_with('[') {
            table = line;
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| !key.contains([' ', ','])) {
            // The names in these tables are the company's own.
            let own = ["[systems]", "[aliases]", "[sources]"].contains(&table) && key != "registers";
            let key = if own { table } else { key };
            if !tried.contains(key) {
                missing.push(key);
            }
        }
    }
    assert_eq!(missing, Vec::<&str>::new());
}
