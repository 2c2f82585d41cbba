//! A company's own templates: they may change how the page looks and what else it says, and no fact of it.

use std::path::Path;

use overstay::failure::Kind;
use overstay::render::{Templates, html};
use overstay::report::Report;

use super::fixture;

/// The page of the fixture, or what is wrong with the templates.
fn page(files: &[(&str, &str)]) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        put(folder.path(), name, text);
    }
    let page = Templates::with_folder(folder.path()).and_then(|templates| {
        let look = templates.own_files().map(|(name, _)| name.to_owned()).collect();
        html::report(&Report { look, ..fixture::report() }, &templates)
    });
    page.map(|bytes| String::from_utf8(bytes).expect("UTF-8")).map_err(|failure| {
        assert_eq!(failure.kind, Kind::Usage, "{failure}");
        failure.to_string().replace(&format!("{}/", folder.path().display()), "")
    })
}

fn shipped(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/");
    std::fs::read_to_string(format!("{folder}{name}")).expect("a shipped template")
}

/// A shipped template with one text replaced.
fn edited(name: &str, from: &str, to: &str) -> String {
    let text = shipped(name);
    assert!(text.contains(from), "{name} has no {from}");
    text.replacen(from, to, 1)
}

#[test]
fn a_company_replaces_a_template() {
    let sign_off = edited(
        "report/sign-off.html",
        "<p>Left empty by the tool.</p>",
        "{% include \"report/_logo.html\" %}<p>{{ page.cover.title }}</p>\r\n",
    );
    let page = page(&[
        ("report/sign-off.html", &sign_off),
        ("report/_logo.html", "<p>Our own part</p>"),
        ("report/style.css", "body { font-family: serif }\r\n"),
        ("README.md", "not a template"),
    ])
    .expect("a page");
    assert!(page.contains("<p>Our own part</p><p>Access lifecycle evidence: Northwind Logistics GmbH, 2026-Q3</p>"));
    assert!(page.contains("\n\nbody { font-family: serif }\n</style>"), "added to the shipped one");
    assert!(!page.contains("Left empty by the tool"));
    // A reader of the page alone can tell whose look it has, on its first screen.
    let look =
        "the organisation's own report/_logo.html, report/sign-off.html, report/style.css; everything else is shipped";
    assert_eq!(page.matches(&look.replace('\'', "&#39;")).count(), 2);
}

#[test]
fn what_is_around_the_facts_is_free() {
    let method = "<h2 id=\"method-title\">How we work</h2><p>Ask us.</p>\n\
                  {% for row in page.sensitivity %}<p>{{ row.reading }}: <em data-fact=\"method.reading-{{ loop.index }}\">\n\
                  {{ row.flips }}</em></p>{% endfor %}";
    // Neither the charts nor the words around them are facts; the shape of a badge is none either.
    let macros = edited("report/macros.html", "{{ badge.shape }}", "#");
    let page = page(&[("report/method.html", method), ("report/macros.html", &macros)]).expect("a page");
    assert!(page.contains("How we work") && !page.contains("Kaplan–Meier estimates"));
}

/// Takes away, one by one, every mark of a fact in every shipped template: each must be missed.
#[test]
fn no_fact_can_be_left_out() {
    let whole = page(&[]).expect("a page");
    let mut missed = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/report")).expect("templates") {
        let name = format!("report/{}", entry.expect("an entry").file_name().to_string_lossy());
        let text = shipped(&name);
        for (at, _) in text.match_indices(" data-fact=\"") {
            let key = text[at + 12..].split(['"', '{']).next().expect("a key");
            if !whole.contains(&format!("data-fact=\"{key}")) {
                // What is said only of an empty report, or of one without gaps.
                assert!(
                    [
                        "cover.look",
                        "cover.nothing-measured",
                        "data.own-rules",
                        "do.none",
                        "findings.none",
                        "gap.none",
                        "waivers.none"
                    ]
                    .contains(&key),
                    "{key}"
                );
                continue;
            }
            let own = format!("{} aria-label=\"{}", &text[..at], &text[at + 12..]);
            let said = page(&[(&name, &own)]).expect_err(key);
            assert!(said.contains(&format!("error: {name}: `{key}")) && said.contains("is missing"), "{key}: {said}");
            missed += 1;
        }
    }
    assert!(missed >= 50, "{missed}");
}

#[test]
fn no_fact_can_be_changed() {
    let verdict = edited("report/cover.html", "{{ cover.sentence }}", "0 of 6 metrics exceeded their limit.");
    let over = edited("report/glance.html", "<strong>{{ metric.over }}</strong>", "<strong>0 of 120</strong>");
    let twice = edited(
        "report/sign-off.html",
        "<p>Left empty",
        "<p data-fact=\"cover.report\">another report</p><p>Left empty",
    );
    let hidden = edited("report/findings.html", "<p class=\"showing\"", "<p aria-hidden=\"true\"");
    let mut said = String::new();
    for (name, text) in [
        ("report/cover.html", verdict),
        ("report/glance.html", over),
        ("report/sign-off.html", twice),
        ("report/findings.html", hidden),
        ("report/cover.html", edited("report/cover.html", "{% if cover.look is not none %}", "{% if false %}")),
    ] {
        let mistakes = page(&[(name, &text)]).expect_err(name);
        said.push_str(mistakes.lines().next().expect("a line"));
        said.push('\n');
    }
    insta::assert_snapshot!(said, @r#"
    error: report/cover.html: `cover.verdict` must read “limits exceeded 3 of 6 metrics assessed exceed their limit, with 37 items surely over it.”, and reads “limits exceeded 0 of 6 metrics exceeded their limit.”
    error: report/glance.html: `glance.m-leaver-lag.over` must read “21 of 120”, and reads “0 of 120”
    error: report/sign-off.html: `cover.report` must read “ovr-7f3a9c21d04e, overstay 0.1.0”, and reads “another report”
    error: report/findings.html: `findings.total` is on the page, but nothing of it is seen; it reads “Showing 40 of 1,204, all in findings.csv (SHA-256 ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbe…”
    error: report/cover.html: `cover.look` is missing, which reads “the organisation's own report/cover.html; everything else is shipped with the tool”
    "#);
}

/// Ways to keep a fact in the source of a page and from its reader: each is refused, wherever the fact stands.
#[test]
fn no_fact_can_be_hidden() {
    let verdict =
        "<p class=\"verdict-line\" data-fact=\"cover.verdict\">{{ ui.status(cover.verdict) }} {{ cover.sentence }}</p>";
    let around = [
        ("<s>", "</s>"),
        ("<del>", "</del>"),
        ("<details><summary>More</summary>", "</details>"),
        ("<svg><desc>", "</desc></svg>"),
        ("<svg><foreignObject width=\"0\">", "</foreignObject></svg>"),
        ("<math><annotation>", "</annotation></math>"),
        ("<audio>", "</audio>"),
        ("<video>", "</video>"),
        ("<canvas>", "</canvas>"),
        ("<object data=\"data:image/png;base64,AA==\">", "</object>"),
        ("<iframe srcdoc=\"<p>0 of 33</p>\">", "</iframe>"),
        ("<select><option>", "</option></select>"),
        ("<dialog>", "</dialog>"),
        ("<div popover>", "</div>"),
        ("<div hidden>", "</div>"),
        ("<div inert>", "</div>"),
        ("<div style=\"display:none\">", "</div>"),
        ("<div dir=\"rtl\">", "</div>"),
        ("<bdo dir=\"rtl\">", "</bdo>"),
        ("<marquee>", "</marquee>"),
        ("<font color=\"white\">", "</font>"),
        ("<ruby>a<rp>", "</rp></ruby>"),
        ("<noscript>", "</noscript>"),
        ("<template>", "</template>"),
        ("<textarea>", "</textarea>"),
        ("<meter>", "</meter>"),
        ("<progress>", "</progress>"),
        ("<map>", "<area></map>"),
        ("<div class=\"skip\">", "</div>"),
        ("<div class=\"toc sql\">", "</div>"),
        ("<table class=\"changed\"><thead><tr><td>", "</td></tr></thead></table>"),
        ("<div aria-hidden=\"true\">", "</div>"),
        ("<!--", "-->"),
        ("<div>&#x202E;", "</div>"),
    ];
    for (before, after) in around {
        let own = edited("report/cover.html", verdict, &format!("{before}{verdict}{after}"));
        let said = page(&[("report/cover.html", &own)]).expect_err(before);
        assert!(said.contains("cover.html"), "{before}: {said}");
    }
    let beside = [
        "<script>document.body.textContent = '0 of 33'</script>",
        "<style>[data-fact]{font-size:0}[data-fact]::after{content:'met: 0 of 33'}</style>",
        "<meta http-equiv=\"refresh\" content=\"0;url=https://a.example/\">",
        "<base href=\"https://a.example/\">",
        "<link rel=\"stylesheet\" href=\"https://a.example/a.css\">",
        "<img src=\"data:image/png;base64,AA==\" alt=\"0 of 33\">",
        "<svg viewBox=\"0 0 9 9\"><text>0 of 33</text></svg>",
        "<a href=\"javascript:0\">more</a>",
        "<p onclick=\"0\">more</p>",
        "<form action=\"https://a.example/\"><input></form>",
        "<embed src=\"a\">",
        "<frameset><frame></frameset>x<image src=\"a\">",
    ];
    for more in beside {
        let own = edited("report/cover.html", verdict, &format!("{more}{verdict}"));
        let said = page(&[("report/cover.html", &own)]).expect_err(more);
        assert!(said.contains("cover.html"), "{more}: {said}");
    }
    // What companies do: their own words, headings, lists, tables and links around a fact that stays.
    let free = format!(
        "<section class=\"box\" id=\"own\"><h2 lang=\"de\">Für den Ausschuss</h2>{verdict}<ul><li><a \
         href=\"https://grc.corp.example/\">Handbook</a></li></ul><table><tr><th scope=\"row\">a</th><td>b</td></tr></table></section>"
    );
    page(&[("report/cover.html", &edited("report/cover.html", verdict, &free))]).expect("a page");
}

#[test]
fn an_own_page_stays_closed_to_the_outside() {
    let open = edited("report/page.html", "http-equiv=\"Content-Security-Policy\"", "name=\"policy\"");
    let said = page(&[("report/page.html", &open)]).expect_err("no policy");
    assert!(said.starts_with("error: report/page.html: the page lacks its content security policy"), "{said}");
}

/// Templates get finished words: there is nothing to compute with, and nothing that computes.
#[test]
fn templates_get_no_numbers_and_no_functions() {
    let dump = edited("report/sign-off.html", "<p>Left empty", "<pre>{{ page }}</pre><p>Left empty");
    let page = page(&[("report/sign-off.html", &dump)]).expect("a page");
    let dump = page.split_once("<pre>{").expect("a dump").1.split_once("}</pre>").expect("its end").0;
    let plain = dump.replace("&quot;", "\"").replace("\\\\", "").replace("\\\"", "");
    let outside: String = plain.split('"').step_by(2).collect();
    assert!(outside.len() > 1_000, "{outside}");
    assert!(!outside.contains(|c: char| c.is_ascii_digit()), "a number is handed to templates");
    for filter in ["upper", "round", "replace(\"1\", \"0\")", "int"] {
        let own =
            edited("report/sign-off.html", "{{ cover.report_id }}", &format!("{{{{ cover.report_id|{filter} }}}}"));
        assert!(self::page(&[("report/sign-off.html", &own)]).is_err(), "{filter}");
    }
}

#[test]
fn mistakes_in_templates_have_a_place() {
    let cases = [
        ("report/cover.html", "<p>\n  {% if x %}\n", "cover.html:2:11", "syntax error"),
        (
            "report/cover.html",
            "<p>\n  {{ page.covr.title }}",
            "cover.html:2:10",
            "a name that the report does not have",
        ),
        ("report/cover.html", "<p>\n{{ page.cover.title|nosuch }}", "cover.html:2", "nosuch"),
        ("report/covr.html", "<p>", "covr.html", "no template of this name can be replaced"),
        ("report/style.css", "a {}\n/* </STYLE> */", "style.css:2:4", "would end the style of the page"),
        ("report/style.css", "p {\n  opacity: 0 }", "style.css:2:3", "`opacity` could hide or change a fact"),
        ("report/script.js", "x = 1", "script.js", "a script of your own could change what the page says"),
        ("report/_own.js", "x = 1", "_own.js", "a script of your own could change what the page says"),
        ("mail/drift.html", "<p>", "mail/drift.html", "no template of this name can be replaced"),
        ("drift/page.html", "<p>", "drift/page.html", "no template of this name can be replaced"),
    ];
    for (name, text, place, message) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), name, text);
        let failure = match Templates::with_folder(folder.path()) {
            Err(failure) => failure,
            Ok(templates) => html::report(&fixture::report(), &templates).expect_err(text),
        };
        let said = failure.to_string();
        assert_eq!(failure.kind, Kind::Usage, "{said}");
        assert!(said.contains(place) && said.contains(message), "{said}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "report/cover.html", "{% if %}");
    put(folder.path(), "report/data.html", "{{ }");
    let failure = Templates::with_folder(folder.path()).expect_err("two mistakes");
    assert_eq!(failure.diagnostics.len(), 2);
    assert!(Templates::with_folder(&folder.path().join("nowhere")).is_err());
}

#[expect(clippy::disallowed_methods, reason = "a fixture in a temporary folder")]
fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("created");
    std::fs::write(path, text).expect("written");
}
