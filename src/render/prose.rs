//! Paragraphs that every printed form of the report says in the same words.
//!
//! A text may hold three kinds of marks: `` `code` ``, `[words](place)` for a link to a place in the report, and
//! `{name}` for a value of the report. Values are put in after the marks were read, so that they never act as marks.

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Words.
    Text(&'a str),
    /// Something to be typed, or the name of a file.
    Code(&'a str),
    /// Words that lead to a place in the report.
    Link {
        /// The words.
        words: &'a str,
        /// The place.
        place: &'a str,
    },
    /// A value of the report.
    Value(&'a str),
}

/// Takes a text apart; a name without a value is left as it is written.
pub(super) fn parts<'a>(text: &'a str, values: &[(&str, &'a str)]) -> Vec<Part<'a>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '[', '{']) {
        let (before, marked) = rest.split_at(at);
        let Some((part, after)) = mark(marked, values) else {
            let (plain, after) = rest.split_at(at + 1);
            out.push(Part::Text(plain));
            rest = after;
            continue;
        };
        if !before.is_empty() {
            out.push(Part::Text(before));
        }
        out.push(part);
        rest = after;
    }
    if !rest.is_empty() {
        out.push(Part::Text(rest));
    }
    out
}

fn mark<'a>(text: &'a str, values: &[(&str, &'a str)]) -> Option<(Part<'a>, &'a str)> {
    if let Some(inside) = text.strip_prefix('`') {
        let (code, after) = inside.split_once('`')?;
        return Some((Part::Code(code), after));
    }
    if let Some(inside) = text.strip_prefix('[') {
        let (words, link) = inside.split_once("](")?;
        let (place, after) = link.split_once(')')?;
        return Some((Part::Link { words, place }, after));
    }
    let (name, after) = text.strip_prefix('{')?.split_once('}')?;
    let value = values.iter().find(|(one, _)| *one == name)?.1;
    Some((Part::Value(value), after))
}

/// What the headline sums up.
pub(super) const HEADLINE: &str = "People, accounts and keys surely over the limit of the metrics named. Days run from leaving to the end of access, with those of one account counted once. Waived items and ages since creation are in none of the numbers.";

/// What stands in the headline's place when there is nothing to sum up.
pub(super) const UNMEASURED: &str = "no metric had an item, so there is nothing to count.";

/// What the first page's table of metrics counts.
pub(super) const GLANCE: &str = "Metrics with their limits. “Over” counts items surely over the limit, “may be over” those of which the evidence leaves it open.";

/// What the report is not.
pub(super) const NOT: &str = "It states what was computed from the files listed in [Sources](sources), against the limits that the organisation configured. It draws no conclusion on any control or framework as a whole, says nothing about systems that were not loaded, and does not replace the judgement of the person who relies on it. “Within its limit” means that every item of the population measured is within the configured limit, and no more than that.";

/// Before the comparisons with earlier packs.
pub(super) const CHANGES: &str = "Findings are compared one by one: the same account, or the same key, with the same beginning has the same id in every pack. `overstay drift BASELINE PACK --limit N` lists every changed finding.";

/// After that, where it is so.
pub(super) const CHANGES_CONTEXT: &str =
    "What differs beside the findings stands first in each comparison, because it explains numbers.";

/// Before the trend.
pub(super) const TREND: &str = "Each pack as of its own moment. Numbers of two packs can be compared as far as their rules, sources and systems are the same: a dashed line in the chart and a note in the table mark a pack with other rules, limits or systems than the one before.";

/// Before the scorecards.
pub(super) const SCORECARD: &str = "Evidence relevant to each reference, mapped by the tool: whether exceptions were observed in the population tested, which is no verdict on the reference. The worst of the direct metrics is shown; supporting ones inform, and where there are no others it is said.";

/// After that, where they are listed.
pub(super) const SCORECARD_WITHOUT: &str =
    "References without a metric are counted and listed below the table of their framework.";

/// Before the indicators.
pub(super) const INDICATORS: &str = "Ratios and sums without a limit: they inform and decide nothing.";

/// Before the register of waivers.
pub(super) const WAIVERS: &str =
    "A waiver never removes a finding: it stays listed and counted, marked as waived until the last day of the waiver.";

/// How the numbers are made.
pub(super) const METHOD: &str = "Each input file is recognised by its own keys, read as text, and turned into tables by a mapping that is part of the rule files. Accounts are matched to people by exact rules in a fixed order; the first rule that gives exactly one person wins, a tie stays ambiguous, and similarity never decides. Each metric is one SQL statement over those tables; its text is in the pack under `metrics/`. It gives one row per item, with bounds for the beginning and the end of the time for which access outlived its reason. Every item loaded is measured; there is no sampling, and measuring every item does not make up for a population from which items are missing.";

/// The rules that decide on each item.
pub(super) const RULES: [&str; 5] = [
    "A limit is exceeded by a time that is strictly longer. An item is over its limit when even the shortest reading of its evidence exceeds it, within when even the longest does not, and may be over between the two.",
    "What is still open counts up to the moment it was last seen open. Percentiles are Kaplan–Meier estimates; a percentile that is not reached is given as longer than the longest time observed. Confidence bands are 95 %, log-log.",
    "A plain date is read in the zone {zone}. A leave date without a time means {leave_instant}; the table of readings in each metric tells how many results would differ.",
    "What no source covers is unknown. An empty population gives “nothing to measure”. A missing source gives “not enough evidence”. None of these is ever shown as within the limit.",
    "Waivers mark findings and do not remove them.",
];

/// How far the report reaches.
pub(super) const LIMITS: [&str; 4] = [
    "It can only see the systems that were exported. Those in scope and not loaded are named on the first page and under Systems.",
    "An export shows a state at the time it was made. Between two exports without a log, the time of a change is an interval.",
    "A SHA-256 shows that a file has not changed since it was read, and nothing about its origin.",
    "The mapping from metrics to framework references is the tool’s, in the version named on the first page; the publishers of the frameworks have no part in it.",
];

/// The terms and what they mean.
pub(super) const WORDS: [(&str, &str); 17] = [
    (
        "exception",
        "An account, a credential, a person or a requested change with at least one finding that no waiver in force covers. One row of What to do.",
    ),
    (
        "finding",
        "One item of one metric that is over its limit, or may be. The same account can have findings in several metrics.",
    ),
    (
        "length, or time of access",
        "The time for which access, or a key, outlived its reason: from the event that ended the reason to the event that ended the access. Files call it a stay.",
    ),
    (
        "days of access after leaving",
        "Days on which people who had left could sign in, summed over their accounts, each day of an account once. At least: what the evidence shows. At most: what it leaves room for.",
    ),
    (
        "within its limit, over its limit",
        "All items of a population that is not empty are within the configured limit; some are surely over it. Both speak of a metric and of that limit only.",
    ),
    ("within but for waivers", "Every item over the limit, or possibly over it, is covered by a waiver in force."),
    (
        "not enough evidence",
        "Nothing is surely over, but items may be over or nothing is known of them, or a source or its coverage is missing.",
    ),
    ("nothing to measure", "The population was empty."),
    (
        "exceptions observed, no exceptions observed in the population tested",
        "What the direct metrics show about a reference of a framework. Neither is a verdict on the reference.",
    ),
    ("supporting evidence only", "Only metrics that are a sign of what a reference asks for have anything to say."),
    ("not assessed", "A metric without a limit; a reference without a metric, or without anything to measure."),
    (
        "may be over",
        "Over the limit in one reading of the evidence, within it in another. Files call it indeterminate.",
    ),
    ("unknown, or nothing known", "In the population, but nothing can be said about its length."),
    (
        "left out of the population",
        "Not asked about by the metric, counted beside it with a reason. Files call it excluded.",
    ),
    (
        "direct, supporting",
        "A direct metric measures the very thing that a reference asks for, on the population loaded; a supporting one is a sign of it.",
    ),
    (
        "agrees with the total stated by its source",
        "The number of rows read is the number that whoever made the export wrote down for it (a control total).",
    ),
    (
        "person and owner",
        "The person is who stands behind an account, as HR names them; the owner answers for the system, as the register of systems says.",
    ),
];

/// How to check the report, and how to do it again.
pub(super) const VERIFY: [&str; 5] = [
    "Compare the SHA-256 of every file of the pack with `manifest.json`: `overstay verify PACK`.",
    "Run it again over the same exports and compare byte by byte: `overstay verify PACK --inputs DIR`. Same inputs and rules give the same bytes.",
    "Or run the SQL of a metric on another engine over the tables in `canonical/`, and compare with `evidence/`.",
    "Follow a finding to the file and line it names: the line is the one that an editor or a spreadsheet shows, the first one being 1. Of a file that has no lines it is the number of the record.",
    "Draw a sample for your own test: `overstay sample PACK METRIC --size N --seed N`.",
];

/// Before the digests.
pub(super) const MANIFEST: &str = "`manifest.json` in the pack records SHA-256 and size of every input, rule file and output. The digests that identify this report:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_and_values_are_not() {
        let found = parts("run `a b` in {zone}, see [Sources](sources) {other}", &[("zone", "`x` [y](z)")]);
        assert_eq!(
            found,
            [
                Part::Text("run "),
                Part::Code("a b"),
                Part::Text(" in "),
                Part::Value("`x` [y](z)"),
                Part::Text(", see "),
                Part::Link { words: "Sources", place: "sources" },
                Part::Text(" {"),
                Part::Text("other}"),
            ]
        );
    }

    #[test]
    fn a_mark_that_does_not_end_is_text() {
        assert_eq!(parts("a ` b", &[]), [Part::Text("a `"), Part::Text(" b")]);
        assert_eq!(parts("[a](b", &[]), [Part::Text("["), Part::Text("a](b")]);
    }
}
