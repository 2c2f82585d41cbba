"""Opens report.html in headless Chromium and uses it as its readers do.

usage: html_check.py REPORT AXE OUTDIR

Fails if the console says anything, if the page asks for anything outside itself, if axe-core finds anything (light, dark,
phone), if search, filters, sorting or permalinks do not do what they say, if the page without scripts lacks something, if
the printed report lacks a section or anything that is folded on the screen. AXE is the script of axe-core: it is run by
the test, never by the page. The pictures in OUTDIR are for people.
"""
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from chromium import Browser

report, axe, out = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).read_text(), pathlib.Path(sys.argv[3])
out.mkdir(parents=True, exist_ok=True)
url = report.as_uri()
html = report.read_text()
problems = []
done = []


def expect(what, holds, detail=""):
    (done if holds else problems).append(f"{what}{f': {detail}' if detail and not holds else ''}")


def closed(page, what):
    problems.extend(f"{what}: {line}" for line in page.said)
    page.close()


def accessible(page, what):
    page.run(axe + "; true")
    found = page.run(
        "axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations.map((v) =>"
        " v.id + ' (' + v.impact + ') ' + v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')))"
    )
    expect(f"axe finds nothing, {what}", found == [], "; ".join(found or []))


def screens(browser):
    for width, dark in ((1440, False), (1280, True), (768, False), (360, False), (360, True)):
        page = browser.open(url, width=width, dark=dark)
        name = f"{width}{'-dark' if dark else ''}"
        wide = page.run("document.documentElement.scrollWidth")
        expect(f"the page fits a width of {name}", wide <= width, f"it is {wide} wide")
        page.picture(out / f"screen-{name}.png", clip=(0, 0, width, 4000))
        accessible(page, name)
        closed(page, name)


ROWS = "[...document.querySelectorAll('#finding-table tr.finding')].filter((r) => r.getClientRects().length)"


def findings(browser):
    """Search, filters, their count, and the way back."""
    page = browser.open(url)
    total = page.run(f"{ROWS}.length")
    count = "document.getElementById('f-count').textContent"
    expect("the count of listed findings is said", page.run(count) == f"{total} of {total} listed findings", page.run(count))
    expect("the count is announced", page.run("document.getElementById('f-count').tagName") == "OUTPUT")

    name = page.run(f"{ROWS}[0].querySelector('.subject strong').textContent")
    page.click("#f-text")
    page.type(name.upper())
    found = page.run(f"{ROWS}.map((r) => r.textContent.toLowerCase().includes({name.lower()!r}))")
    expect("search keeps the findings that contain the text, and no others", found and all(found) and len(found) < total, str(found))
    expect("search says how many", page.run(count) == f"{len(found)} of {total} listed findings", page.run(count))
    page.type(" nobody has this name")
    expect("an empty result is said", page.run(f"{ROWS}.length") == 0 and page.run("document.getElementById('f-none').getClientRects().length > 0"))
    page.click("#filters button[type=reset]")
    page.run("new Promise((done) => setTimeout(done, 50))")
    expect("clear brings all back", page.run(f"{ROWS}.length") == total)

    for field, data in (("f-system", "system"), ("f-severity", "severity"), ("f-metric", "metric"), ("f-result", "result")):
        value = page.run(f"document.getElementById('{field}').options[1].value")
        page.run(
            f"(() => {{ const f = document.getElementById('{field}'); f.value = {value!r};"
            " f.dispatchEvent(new Event('input', {bubbles: true})); })()"
        )
        shown = page.run(f"{ROWS}.map((r) => r.dataset.{data}.split(' '))")
        expect(f"the filter {field} keeps what it names", shown and all(value in one for one in shown) and len(shown) <= total, value)
        page.click("#filters button[type=reset]")
        page.run("new Promise((done) => setTimeout(done, 50))")
    page.picture(out / "findings.png", clip=(0, page.run("document.getElementById('findings').getBoundingClientRect().top + scrollY"), 1280, 1600))

    # A permalink to a finding that a filter hides shows it all the same.
    last = page.run(f"{ROWS}.at(-1).id")
    page.click("#f-text")
    page.type("nothing fits this")
    page.run(f"location.hash = '#{last}'; new Promise((done) => setTimeout(done, 100))")
    expect("a permalink clears the filter that hides its finding", page.run(f"document.getElementById('{last}').getClientRects().length") > 0)
    closed(page, "findings")

    page = browser.open(f"{url}#{last}")
    top = page.run(f"document.getElementById('{last}').getBoundingClientRect().top")
    expect("a permalink opens at its finding", 0 <= top < 900, str(top))
    page.click(f"#{last} a.permalink")
    expect("a click on a finding's id gives its permalink", page.run("location.hash") == f"#{last}")
    page.run("location.hash = '#' + document.querySelector('.unmapped li').id; new Promise((done) => setTimeout(done, 300))")
    expect("a permalink to a folded reference unfolds it", page.run("document.querySelector('.unmapped li').getClientRects().length") > 0)
    closed(page, "permalink")


def sorting(browser):
    page = browser.open(url)
    column = 2
    head = f"document.querySelectorAll('table.glance thead th')[{column}]"
    numbers = f"[...document.querySelectorAll('table.glance tbody tr')].map((r) => Number(r.cells[{column}].dataset.value))"
    before = page.run(numbers)
    for direction, order in (("ascending", sorted(before)), ("descending", sorted(before, reverse=True)), (None, before)):
        page.run(f"{head}.querySelector('button').focus()")
        page.key("Enter", 13, "\r")
        expect(f"aria-sort is {direction}", page.run(f"{head}.getAttribute('aria-sort')") == direction)
        expect(f"rows are in {direction or 'their own'} order", page.run(numbers) == order, str(page.run(numbers)))
    page.click("table.glance thead th:nth-child(3) button")
    page.click("table.glance thead th:nth-child(4) button")
    expect("one column is sorted at a time", page.run("document.querySelectorAll('table.glance [aria-sort]').length") == 1)
    page.click("#finding-table thead th:nth-child(4) button")
    groups = page.run(
        "[...document.querySelectorAll('#finding-table tbody')].map((b) => [b.rows[0].className,"
        " [...b.rows].slice(1).map((r) => Number(r.cells[3].dataset.value))])"
    )
    held = all(first == "group" and rows == sorted(rows) for first, rows in groups)
    expect("findings are sorted inside their metric", held, str(groups)[:200])
    closed(page, "sorting")


def keyboard(browser):
    page = browser.open(url)
    page.key("Tab", 9)
    expect("the first stop is the way to the content", page.run("document.activeElement.className") == "skip")
    page.key("Enter", 13, "\r")
    expect("it leads to the content", page.run("document.activeElement.id") == "content")
    page.key("Tab", 9)
    shown = page.run("getComputedStyle(document.activeElement).outlineStyle")
    expect("the focus is seen", shown not in ("none", ""), shown)
    closed(page, "keyboard")


def changes(browser):
    """From the first page to a comparison, and from there to a finding, also when a filter hides it."""
    page = browser.open(url)
    page.click("#cover [data-fact='cover.since.1'] a")
    expect("the first page leads to what changed", page.run("location.hash") == "#changes-1")
    top = page.run("document.getElementById('changes-1').getBoundingClientRect().top")
    expect("what changed is in sight", 0 <= top < 200, str(top))
    page.run("document.getElementById('f-text').value = 'nothing is called this'; document.getElementById('filters').dispatchEvent(new Event('input'))")
    link = "#changes-1 .changed a"
    wanted = page.run(f"document.querySelector('{link}').hash.slice(1)")
    page.click(link)
    shown = f"document.getElementById('{wanted}').getClientRects().length > 0"
    # The page hears of the new place after the click is done.
    expect("a changed finding leads to its row", page.run(f"new Promise((done) => setTimeout(() => done({shown}), 200))"))
    points = page.run("[...document.querySelectorAll('#trend svg.chart circle')].length")
    packs = page.run("document.querySelectorAll('#trend .packs tbody tr').length")
    expect("the trend has a point for each pack in each of its three parts", points == 3 * packs == 9, f"{points} {packs}")
    page.run("location.hash = '#changes'")
    page.picture(out / "changes.png", clip=(0, page.run("document.getElementById('changes').offsetTop"), 1280, 3000))
    closed(page, "changes")


def without_scripts(browser):
    page = browser.open(url, scripts=False)
    texts = page.run("document.body.innerText")
    expect("without scripts there are no filters", not page.run("document.getElementById('filters').getClientRects().length"))
    rows = len(re.findall(r'class="finding"', html))
    expect("without scripts all findings are there", page.run(f"{ROWS}.length") == rows)
    for words in ("Reference resolution", "What changed", "Trend", "Control scorecard", "Waiver register", "Manifest", "Sign-off"):
        expect(f"without scripts: {words}", words in texts)
    page.picture(out / "no-script.png", clip=(0, 0, 1280, 3000))
    page.pdf(out / "printed-no-script.pdf")
    closed(page, "without scripts")


def printed(browser):
    page = browser.open(url, dark=True)
    page.pdf(out / "printed.pdf")
    open_after = page.run("document.querySelectorAll('details[open]').length")
    closed(page, "print")
    for name in ("printed.pdf", "printed-no-script.pdf"):
        text = subprocess.run(["pdftotext", "-raw", str(out / name), "-"], capture_output=True, text=True).stdout
        # Paper breaks words and lines where it must.
        squeezed = re.sub(r"\s+", "", text).lower()
        folded = re.findall(r'<li id="c-[^"]*"><strong><bdi>([^<]*)</bdi></strong>', html)
        wanted = ["PR.AC-4", "NHI-03", "PR.AA-05", "Access after leaving", "SHA-256", "Band from", "What this report is not", "What changed", "The headline of each pack"]
        wanted += folded + re.findall(r'class="permalink" href="#([^"]+)"', html)
        lacks = [words for words in wanted if re.sub(r"\s+", "", words).lower() not in squeezed]
        expect(f"{name} has every section, everything folded and every finding's id", not lacks, ", ".join(lacks[:5]))
    expect("after printing, what was folded is folded again", open_after == len(re.findall(r"<details[^>]* open", html)), str(open_after))


outside = re.findall(r"""<[^>]+?\s(?:src|href|action|formaction|srcset|poster)\s*=\s*["'](?!#|data:)([^"']+)["']|url\(\s*(?!["']?(?:data:|#))([^)]+)\)""", html)
problems.extend(f"the page points outside itself: {a or b}" for a, b in outside)
expect("there is a content security policy", "Content-Security-Policy" in html)

with Browser() as browser:
    for part in (screens, findings, sorting, keyboard, changes, without_scripts, printed):
        try:
            part(browser)
        except Exception as cause:  # One part that breaks must not hide what the others find.
            problems.append(f"{part.__name__}: {type(cause).__name__}: {cause}")

print("\n".join(problems) or f"{len(done)} things hold; pictures and prints are in {out}")
sys.exit(1 if problems else 0)
