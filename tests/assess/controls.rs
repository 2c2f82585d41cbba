//! Metric verdicts against references, and the verdict on the whole.

use std::collections::BTreeSet;

use overstay::assess::{assess_frameworks, overall, resolutions};
use overstay::framework::{Framework, load_framework, load_frameworks, shipped_frameworks};
use overstay::report::{MetricReport, Status};

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

fn verdict(edges: &str, metrics: &[MetricReport]) -> (Status, String) {
    let control = assess_frameworks(&[framework(edges)], metrics).remove(0).controls.remove(0);
    (control.status, control.reason)
}

#[test]
fn direct_edges_decide_by_precedence() {
    let both = edge("leaver-lag", "direct", "") + &edge("dormant-accounts", "direct", "");
    let met = metric("leaver-lag", &[Item::closed("a", HOURS)], "24h");
    let not_met = metric("dormant-accounts", &[Item::open("a", 4 * DAYS)], "3d");
    assert_eq!(
        verdict(&both, &[met.clone(), not_met.clone()]),
        (Status::NotMet, "dormant-accounts: 1 of 1 accounts exceeded 3 d".to_owned())
    );
    let sign = edge("leaver-lag", "direct", "") + &edge("dormant-accounts", "supporting", "");
    assert_eq!(
        verdict(&sign, &[met.clone(), not_met]),
        (Status::Met, "leaver-lag: 1 of 1 accounts stayed within 24 h".to_owned())
    );
    let empty = metric("dormant-accounts", &[], "3d");
    assert_eq!(verdict(&both, &[met, empty]).0, Status::Met);
}

#[test]
fn signs_alone_decide_nothing() {
    let sign = edge("leaver-lag", "supporting", "");
    let met = metric("leaver-lag", &[Item::closed("a", HOURS)], "24h");
    assert_eq!(
        verdict(&sign, &[met]),
        (Status::NotAssessed, "only supporting evidence: leaver-lag (met, 0 of 1 over)".to_owned())
    );
    assert_eq!(verdict("", &[]), (Status::NotAssessed, "no metric is mapped to this reference".to_owned()));
    assert_eq!(
        verdict(&edge("leaver-lag", "direct", ""), &[]),
        (Status::NotAssessed, "leaver-lag: not part of this run".to_owned())
    );
}

#[test]
fn a_looser_limit_cannot_show_a_tighter_one() {
    let tight = edge("leaver-lag", "direct", "requires = { limit = \"<= 12h\" }");
    let items = [Item::closed("a", HOURS)];
    assert_eq!(
        verdict(&tight, &[metric("leaver-lag", &items, "24h")]),
        (
            Status::InsufficientEvidence,
            "leaver-lag: 1 of 1 accounts stayed within 24 h, but this reference needs a limit of at most 12 h; the policy allows 24 h"
                .to_owned()
        )
    );
    assert_eq!(verdict(&tight, &[metric("leaver-lag", &items, "12h")]).0, Status::Met);
    assert_eq!(verdict(&tight, &[metric("leaver-lag", &[Item::closed("a", 2 * DAYS)], "24h")]).0, Status::NotMet);
    assert_eq!(verdict(&tight, &[metric("leaver-lag", &[], "24h")]).0, Status::NoPopulation);
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
        format!("{} | {} | {}", verdict.status.words(), verdict.sentence, verdict.inconclusive)
    };
    let all = [met.clone(), not_met, unsure.clone(), empty.clone(), left_out.clone()];
    let lines = [shown(&all), shown(&[met.clone(), unsure]), shown(&[met, empty]), shown(&[left_out]), shown(&[])];
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_order_by_its_two_names() {
    let known: BTreeSet<String> = super::super::rules::METRICS.iter().map(|id| (*id).to_owned()).collect();
    let shipped = load_frameworks(shipped_frameworks(), &known).expect("the shipped frameworks");
    insta::assert_snapshot!(serde_json::to_string_pretty(&resolutions(&shipped)).expect("json"));
}
