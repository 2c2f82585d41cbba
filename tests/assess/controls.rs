//! Metric verdicts against references, and the verdict on the whole.

use std::collections::BTreeSet;

use overstay::assess::{assess_frameworks, overall, resolutions};
use overstay::framework::{Framework, load_framework, load_frameworks, shipped_frameworks};
use overstay::report::{ControlReport, MetricReport, ReferenceState, Relation, Status};

use super::{DAYS, HOURS, Item, assessed};

fn metric(id: &str, items: &[Item], limit: &str) -> MetricReport {
    MetricReport { id: id.to_owned(), ..assessed(items, limit).report }
}

fn framework(edges: &str) -> Framework {
    let text = format!(
        "id = \"f\"\ntitle = \"F\"\nversion = \"1\"\npublisher = \"P\"\nsource = \"S\"\nscope = \"all\"\n\
         [[reference]]\nid = \"R-1\"\ntitle = \"T\"\nsummary = \"S\"\n{edges}"
    );
    load_framework("f.toml", &text, &BTreeSet::from(["leaver-lag".to_owned(), "dormant-accounts".to_owned()]))
        .expect("a framework")
}

fn edge(metric: &str, relation: &str, rest: &str) -> String {
    format!("[[reference.edge]]\nmetric = \"{metric}\"\nrelation = \"{relation}\"\nrationale = \"because\"\n{rest}\n")
}

fn control(edges: &str, metrics: &[MetricReport]) -> ControlReport {
    assess_frameworks(&[framework(edges)], metrics).remove(0).controls.remove(0)
}

fn shown(edges: &str, metrics: &[MetricReport]) -> (ReferenceState, String) {
    let control = control(edges, metrics);
    (control.state, control.reason)
}

#[test]
fn the_worst_of_the_direct_edges_is_shown() {
    let both = edge("leaver-lag", "direct", "") + &edge("dormant-accounts", "direct", "");
    let within = metric("leaver-lag", &[Item::closed("a", HOURS)], "24h");
    let over = metric("dormant-accounts", &[Item::open("a", 4 * DAYS)], "3d");
    assert_eq!(
        shown(&both, &[within.clone(), over.clone()]),
        (ReferenceState::ExceptionsObserved, "dormant-accounts: 1 of 1 accounts exceeded 3 d".to_owned())
    );
    let sign = edge("leaver-lag", "direct", "") + &edge("dormant-accounts", "supporting", "");
    assert_eq!(
        shown(&sign, &[within.clone(), over.clone()]),
        (ReferenceState::NoneObserved, "leaver-lag: 1 of 1 accounts stayed within 24 h".to_owned())
    );
    let empty = metric("dormant-accounts", &[], "3d");
    assert_eq!(shown(&both, &[within, empty]).0, ReferenceState::NoneObserved);
    // What was seen stands first, and what could not be seen is named beside it.
    let unsure = metric("leaver-lag", &[Item::other("a", "unknown", "no log")], "24h");
    assert_eq!(
        shown(&both, &[unsure, over]),
        (
            ReferenceState::ExceptionsObserved,
            "dormant-accounts: 1 of 1 accounts exceeded 3 d; leaver-lag: not enough evidence".to_owned()
        )
    );
}

#[test]
fn signs_alone_are_supporting_evidence_only() {
    let sign = edge("leaver-lag", "supporting", "");
    let within = metric("leaver-lag", &[Item::closed("a", HOURS)], "24h");
    let reason = "only supporting evidence: leaver-lag (no exceptions observed in the population tested, 0 of 1 over)";
    assert_eq!(shown(&sign, &[within]), (ReferenceState::SupportingEvidenceOnly, reason.to_owned()));
    let over = metric("leaver-lag", &[Item::closed("a", 2 * DAYS)], "24h");
    let reason = "only supporting evidence: leaver-lag (exceptions observed, 1 of 1 over)";
    assert_eq!(shown(&sign, &[over]), (ReferenceState::SupportingEvidenceOnly, reason.to_owned()));
    // A sign that had nothing to look at is no evidence.
    let reason = "only supporting evidence: leaver-lag (not assessed, no items)";
    assert_eq!(shown(&sign, &[metric("leaver-lag", &[], "24h")]), (ReferenceState::NotAssessed, reason.to_owned()));
    assert_eq!(shown("", &[]), (ReferenceState::NotAssessed, "no metric is mapped to this reference".to_owned()));
    assert_eq!(
        shown(&edge("leaver-lag", "direct", ""), &[]),
        (ReferenceState::NotAssessed, "leaver-lag: not part of this run".to_owned())
    );
}

#[test]
fn an_empty_population_is_no_population_tested() {
    let direct = edge("leaver-lag", "direct", "");
    assert_eq!(
        shown(&direct, &[metric("leaver-lag", &[], "24h")]),
        (ReferenceState::NotAssessed, "leaver-lag: there were no accounts to measure".to_owned())
    );
}

#[test]
fn a_waived_exception_is_an_exception() {
    let direct = edge("leaver-lag", "direct", "") + &edge("dormant-accounts", "direct", "");
    let waived = MetricReport {
        status: Status::MetWithWaivers,
        waived: 1,
        ..metric("leaver-lag", &[Item::closed("a", 2 * DAYS)], "24h")
    };
    let one = control(&direct, std::slice::from_ref(&waived));
    assert_eq!((one.state, one.all_waived), (ReferenceState::ExceptionsObserved, true));
    assert_eq!(one.state.words_with(one.all_waived), "exceptions observed, all waived");
    let over = metric("dormant-accounts", &[Item::open("a", 4 * DAYS)], "3d");
    let both = control(&direct, &[waived.clone(), over]);
    assert_eq!((both.state, both.all_waived), (ReferenceState::ExceptionsObserved, false));
    // A waiver settles a doubt for the policy; whether the item was over nobody has seen.
    let doubt = MetricReport { over: 0, indeterminate: 1, ..waived };
    let one = control(&direct, &[doubt]);
    assert_eq!((one.state, one.all_waived), (ReferenceState::NotEnoughEvidence, false));
}

#[test]
fn a_looser_limit_cannot_show_a_tighter_one() {
    let tight = edge("leaver-lag", "direct", "requires = { limit = \"<= 12h\" }");
    let items = [Item::closed("a", HOURS)];
    assert_eq!(
        shown(&tight, &[metric("leaver-lag", &items, "24h")]),
        (
            ReferenceState::NotEnoughEvidence,
            "leaver-lag: 1 of 1 accounts stayed within 24 h, but this reference needs a limit of at most 12 h; the policy allows 24 h"
                .to_owned()
        )
    );
    let of = |items: &[Item], limit: &str| shown(&tight, &[metric("leaver-lag", items, limit)]).0;
    assert_eq!(of(&items, "12h"), ReferenceState::NoneObserved);
    assert_eq!(of(&[Item::closed("a", 2 * DAYS)], "24h"), ReferenceState::ExceptionsObserved);
    assert_eq!(of(&[], "24h"), ReferenceState::NotAssessed);
}

#[test]
fn the_whole() {
    let met = metric("m1", &[Item::closed("a", HOURS)], "24h");
    let not_met = metric("m2", &[Item::closed("a", 2 * DAYS), Item::closed("b", 3 * DAYS)], "24h");
    let unsure = metric("m3", &[Item::other("a", "unknown", "no log")], "24h");
    let empty = metric("m4", &[], "24h");
    let left_out = MetricReport { status: Status::NotAssessed, ..met.clone() };
    let shown = |metrics: &[MetricReport]| {
        let verdict = overall(metrics);
        format!("{} | {} | {}", verdict.status.words_of_all(), verdict.sentence, verdict.inconclusive)
    };
    let all = [met.clone(), not_met, unsure.clone(), empty.clone(), left_out.clone()];
    let lines = [shown(&all), shown(&[met.clone(), unsure]), shown(&[met, empty]), shown(&[left_out]), shown(&[])];
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_order_by_its_two_names() {
    let known: BTreeSet<String> = super::super::rules::metrics();
    let shipped = load_frameworks(Vec::new(), shipped_frameworks(), &known).expect("the shipped frameworks");
    insta::assert_snapshot!(serde_json::to_string_pretty(&resolutions(&shipped)).expect("json"));
}

/// One answer to one name, whatever frameworks are chosen: the metrics that decide on PR.AC-4 are those of the
/// reference to which NIST moved it.
#[test]
fn a_moved_reference_is_decided_by_the_same_metrics() {
    let known: BTreeSet<String> = super::super::rules::metrics();
    let shipped = load_frameworks(Vec::new(), shipped_frameworks(), &known).expect("the shipped frameworks");
    let direct = |framework: &str, id: &str| -> BTreeSet<(String, bool)> {
        let framework = shipped.iter().find(|one| one.id == framework).expect("a framework");
        let edges = &framework.reference(id).expect("a reference").edges;
        let direct = edges.iter().filter(|edge| edge.relation == Relation::Direct);
        direct.map(|edge| (edge.metric.clone(), edge.requires.is_some())).collect()
    };
    assert_eq!(direct("nist-csf-1.1", "PR.AC-4"), direct("nist-csf-2.0", "PR.AA-05"));
    // Each of the two frameworks has the box by itself, and together they have one.
    for chosen in [&["nist-csf-1.1"][..], &["nist-csf-2.0"], &["nist-csf-2.0", "nist-csf-1.1"]] {
        let some: Vec<Framework> = shipped.iter().filter(|one| chosen.contains(&one.id.as_str())).cloned().collect();
        let boxes = resolutions(&some);
        assert_eq!(boxes.len(), 1, "{chosen:?}");
        assert_eq!(boxes[0].requested, "NIST CSF PR.AC-4");
    }
}
