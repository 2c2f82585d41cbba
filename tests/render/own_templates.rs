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

/// The shipped section with something in place of what the document says in it.
fn sections(inside: &str) -> String {
    edited("report/section.html", "{{ section.html }}", inside)
}

#[test]
fn a_company_replaces_a_template() {
    let own = sections(
        "{% if section.place == \"sign-off\" %}{% include \"report/_logo.html\" %}<p>{{ page.title }}</p>{% endif %}\r\n\
         {{ section.html }}",
    );
    let page = page(&[
        ("report/section.html", &own),
        ("report/_logo.html", "<p>Our own part</p>"),
        ("report/style.css", "body { font-family: serif }\r\n"),
        ("README.md", "not a template"),
    ])
    .expect("a page");
    assert!(page.contains("<p>Our own part</p><p>Access lifecycle evidence: Northwind Logistics GmbH, 2026-Q3</p>"));
    assert!(page.contains("\n\nbody { font-family: serif }\n"), "added to the shipped one");
    // A reader of the page alone can tell whose look it has, on its first screen.
    let page = super::html::words(&page);
    let look =
        "the organisation's own report/_logo.html, report/section.html, report/style.css; everything else is shipped";
    assert_eq!(page.matches(look).count(), 2);
}

#[test]
fn what_is_around_the_facts_is_free() {
    let title = edited("report/section.html", "{{ section.title }}", "Chapter {{ section.title }}");
    let all = "{% for section in page.sections %}\n{% include \"report/section.html\" %}\n{% endfor %}";
    let last = "{% for section in page.sections %}{% if section.place != \"cover\" %}{% include \"report/section.html\" \
                %}{% endif %}{% endfor %}<p>Ask us.</p>{% for section in page.sections %}{% if section.place == \"cover\" \
                %}{% include \"report/section.html\" %}{% endif %}{% endfor %}";
    let frame = edited("report/page.html", all, last);
    let page = page(&[("report/page.html", &frame), ("report/section.html", &title)]).expect("a page");
    assert!(page.contains("Chapter What to do") && page.contains("<p>Ask us.</p>"));
    assert!(page.find("<section id=\"cover\"") > page.find("<section id=\"sign-off\""));
}

/// Takes away, one by one, every section: what stood in it is missed.
#[test]
fn no_fact_can_be_left_out() {
    let whole = page(&[]).expect("a page");
    let mut missed = 0;
    for place in whole.split("<section id=\"").skip(1).map(|rest| rest.split('"').next().expect("an id")) {
        if !whole.contains(&format!("aria-labelledby=\"{place}-title\"")) {
            continue;
        }
        let own = sections(&format!("{{% if section.place != \"{place}\" %}}{{{{ section.html }}}}{{% endif %}}"));
        let said = page(&[("report/section.html", &own)]).expect_err(place);
        assert!(said.contains(&format!(": `{place}.1` is missing")), "{place}: {said}");
        missed += 1;
    }
    assert_eq!(missed, 14);
}

#[test]
fn no_fact_can_be_changed() {
    let twice = sections("<p data-fact=\"cover.2\">another company</p>{{ section.html }}");
    let folded = sections("<details><summary>More</summary>{{ section.html }}</details>");
    let hidden = sections("<div aria-hidden=\"true\">{{ section.html }}</div>");
    let mut said = String::new();
    for text in [twice, folded, hidden] {
        let mistakes = page(&[("report/section.html", &text)]).expect_err("a mistake");
        said.push_str(mistakes.lines().next().expect("a line"));
        said.push('\n');
    }
    insta::assert_snapshot!(said, @r"
    error: report/section.html:1:2: `cover.2` must read “Northwind Logistics GmbH 2026-Q3”, and reads “another company”
    error: report/section.html:1:2: `cover.1`, which reads “Access lifecycle evidence”, is folded away
    error: report/section.html:1:2: `cover.1` is on the page, but nothing of it is seen; it reads “Access lifecycle evidence”
    ");
}

/// Ways to keep a fact in the source of a page and from its reader: each is refused, wherever the fact stands.
#[test]
fn no_fact_can_be_hidden() {
    let facts = "{{ section.html }}";
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
        ("<div class=\"toc screen\">", "</div>"),
        ("<table class=\"cards\"><thead><tr><td>", "</td></tr></thead></table>"),
        ("<div aria-hidden=\"true\">", "</div>"),
        ("<!--", "-->"),
        ("<div>&#x202E;", "</div>"),
    ];
    for (before, after) in around {
        let said = page(&[("report/section.html", &sections(&format!("{before}{facts}{after}")))]).expect_err(before);
        assert!(said.contains("section.html"), "{before}: {said}");
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
        let said = page(&[("report/section.html", &sections(&format!("{more}{facts}")))]).expect_err(more);
        assert!(said.contains("section.html"), "{more}: {said}");
    }
    // What companies do: their own words, headings, lists, tables and links around a fact that stays.
    let free = format!(
        "<section class=\"box\"><h2 lang=\"de\">Für den Ausschuss</h2>{facts}<ul><li><a \
         href=\"https://grc.corp.example/\">Handbook</a></li></ul><table><tr><th scope=\"row\">a</th><td>b</td></tr></table></section>"
    );
    page(&[("report/section.html", &sections(&free))]).expect("a page");
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
    let dump = edited("report/page.html", "<footer", "<pre>{{ page }}</pre><footer");
    let page = page(&[("report/page.html", &dump)]).expect("a page");
    let dump = page.split_once("<pre>{").expect("a dump").1.split_once("}</pre>").expect("its end").0;
    let plain = dump.replace("&quot;", "\"").replace("\\\\", "").replace("\\\"", "");
    let outside: String = plain.split('"').step_by(2).collect();
    assert!(outside.len() > 1_000, "{outside}");
    assert!(!outside.contains(|c: char| c.is_ascii_digit()), "a number is handed to templates");
    for filter in ["upper", "round", "replace(\"1\", \"0\")", "int"] {
        let own = edited("report/page.html", "{{ page.about }}", &format!("{{{{ page.about|{filter} }}}}"));
        assert!(self::page(&[("report/page.html", &own)]).is_err(), "{filter}");
    }
}

#[test]
fn mistakes_in_templates_have_a_place() {
    let cases = [
        ("report/page.html", "<p>\n  {% if x %}\n", "page.html:2:11", "syntax error"),
        ("report/page.html", "<p>\n  {{ page.logos.src }}", "page.html:2:10", "a name that the report does not have"),
        ("report/section.html", "<p>\n{{ page.title|nosuch }}", "section.html:2", "nosuch"),
        ("report/sction.html", "<p>", "sction.html", "no template of this name can be replaced"),
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
    put(folder.path(), "report/page.html", "{% if %}");
    put(folder.path(), "report/section.html", "{{ }");
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
