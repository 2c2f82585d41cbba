"""Opens report.html in headless Chromium and uses it as its readers do.

usage: html_check.py REPORT AXE OUTDIR

Fails if the console says anything, if the page asks for anything outside itself, if axe-core finds anything (wide and
narrow, light and dark), if something is broken in the middle, too small to hit or wider than the screen, if search,
filters, their state in the address, sorting or permalinks do not do what they say, if the page without scripts lacks
something, if the printed report lacks a section or anything that is folded on the screen. AXE is the script of axe-core:
it is run by the test, never by the page. The pictures in OUTDIR are for people.
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


# Words that are read as one and stand on more than one line, and targets that are too small to hit.
BROKEN = """(() => {
  const bad = [], range = document.createRange();
  const whole = /[0-9]{4}-[0-9]{2}-[0-9]{2}|\\b[0-9]+ (d|h|min)( [0-9]+ (h|min|s))?\\b|[^ ]{1,20}@[^ ]{1,20}[.][a-z]+|ovs-[0-9a-f]{16}/g;
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.parentElement.closest('svg, pre, option, details:not([open])')) continue;
    for (const found of node.data.matchAll(whole)) {
      if (found[0].length > 36) continue;
      range.setStart(node, found.index); range.setEnd(node, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].filter((one) => one.width > 1).map((one) => Math.round(one.top / 8)));
      if (lines.size > 1) bad.push(found[0]);
    }
  }
  return bad;
})()"""
SMALL = """[...document.querySelectorAll('button, summary, select, input, .toc a, td a, tbody th a, .grid a')]
  .filter((one) => one.getClientRects().length && !one.closest('.rest') && one.getBoundingClientRect().height < 23.9)
  .map((one) => one.outerHTML.slice(0, 80))"""


def screens(browser):
    for width, dark in ((1440, False), (1280, True), (900, False), (390, False), (390, True)):
        page = browser.open(url, width=width, dark=dark)
        name = f"{width}{'-dark' if dark else ''}"
        expect(f"the page opens at once, {name}", page.seconds < 5, f"{page.seconds:.1f} s")
        page.picture(out / f"screen-{name}.png", clip=(0, 0, width, 4000))
        page.run("document.querySelectorAll('main > section details:not(.rest)').forEach((one, at) => { if (at < 3) one.open = true; })")
        wide = page.run("document.documentElement.scrollWidth")
        expect(f"the page fits a width of {name}", wide <= width, f"it is {wide} wide")
        broken, small = page.run(BROKEN), page.run(SMALL)
        expect(f"nothing is broken in the middle, {name}", not broken, f"{len(broken)}: {broken[:5]}")
        expect(f"everything is large enough to hit, {name}", not small, f"{len(small)}: {small[:3]}")
        for place in ("do", "where", "scorecard", "metrics", "findings", "data"):
            top = page.run(f"document.getElementById('{place}').getBoundingClientRect().top + scrollY")
            page.picture(out / f"{place}-{name}.png", clip=(0, top, width, 1800))
        accessible(page, name)
        closed(page, name)


def rows(table):
    return f"[...document.querySelectorAll('table.t-{table} tbody tr[data-f]')].filter((r) => r.getClientRects().length)"


def choosing(browser):
    """Search and filters, how many rows they leave, the address that says it, and the way back."""
    wait = "new Promise((done) => setTimeout(done, 60))"
    for place, table in (("do", "actions"), ("findings", "findings")):
        page = browser.open(url)
        form = f"form[data-for={place}]"
        shown = rows(table)
        total = page.run(f"{shown}.length")
        count = f"document.querySelector('{form} output').textContent"
        expect(f"{place}: the number of rows is said", page.run(count).startswith(f"{total} of {total} "), page.run(count))
        name = page.run(f"{shown}[0].querySelector('th strong, td strong').textContent")
        page.click(f"{form} input")
        page.type(name.upper())
        found = page.run(f"{shown}.map((r) => r.textContent.toLowerCase().includes({name.lower()!r}))")
        expect(f"{place}: search keeps the rows that contain the text", found and all(found) and len(found) < total, str(found))
        expect(f"{place}: search says how many", page.run(count).startswith(f"{len(found)} of {total} "), page.run(count))
        page.type(" nobody has this name")
        seen = f"[...document.querySelectorAll('table.t-{table} tbody tr')].filter((r) => r.getClientRects().length).length"
        expect(f"{place}: an empty result is empty, without heads of groups", page.run(seen) == 0)
        page.click(f"{form} button")
        page.run(wait)
        expect(f"{place}: clear brings all back", page.run(f"{shown}.length") == total)
        expect(f"{place}: and the address forgets", page.run("location.hash") == f"#{place}", page.run("location.hash"))
        names = page.run(f"[...document.querySelectorAll('{form} select')].map((s) => s.name)")
        for name in ("open", "severity", "system", "owner", "department", "person", "new"):
            expect(f"{place}: there is a filter {name}", name in names, str(names))
        for index, name in enumerate(names):
            field = f"document.querySelector('{form} select[name={name}]')"
            page.run(f"{field}.selectedIndex = 1; {field}.dispatchEvent(new Event('input', {{bubbles: true}}))")
            kept = page.run(f"{shown}.map((r) => r.dataset.f.split(' ')[{index}])")
            expect(f"{place}: the filter {name} keeps what it names", kept and set(kept) == {"1"}, str(kept[:5]))
            address = page.run("location.href")
            expect(f"{place}: the address has the filter {name}", f"#{place}?{name}=" in address, address)
            again = browser.open(address)
            expect(f"{place}: the address gives the same rows, {name}", again.run(f"{shown}.length") == len(kept), address)
            top = again.run(f"document.getElementById('{place}').getBoundingClientRect().top")
            expect(f"{place}: and leads to them", abs(top) < 100, str(top))
            closed(again, "address")
            page.click(f"{form} button")
            page.run(wait)
        # A permalink to a row that a filter hides shows it all the same.
        last = page.run(f"{shown}.at(-1).id")
        page.click(f"{form} input")
        page.type("nothing fits this")
        page.run(f"location.hash = '#{last}'; {wait}")
        expect(f"{place}: a permalink clears what hides its row", page.run(f"document.getElementById('{last}').getClientRects().length") > 0)
        closed(page, place)
        page = browser.open(f"{url}#{last}")
        top = page.run(f"document.getElementById('{last}').getBoundingClientRect().top")
        expect(f"{place}: a permalink opens at its row", 0 <= top < 900, str(top))
        closed(page, "permalink")
    page = browser.open(url + "#do?severity=critical&open=open", width=390)
    page.picture(out / "chosen-390.png", clip=(0, page.run("document.getElementById('do').getBoundingClientRect().top + scrollY"), 390, 3000))
    closed(page, "chosen")


def sorting(browser):
    page = browser.open(url)
    head = "document.querySelectorAll('table.t-glance thead th')[2]"
    numbers = "[...document.querySelectorAll('table.t-glance tbody tr')].map((r) => parseInt(r.cells[2].textContent) || -1)"
    before = page.run(numbers)
    for direction in ("ascending", "descending", None):
        page.run(f"{head}.querySelector('button').focus()")
        page.key("Enter", 13, "\r")
        expect(f"aria-sort is {direction}", page.run(f"{head}.getAttribute('aria-sort')") == direction)
        held = [one for one in page.run(numbers) if one >= 0]
        order = {"ascending": sorted(held), "descending": sorted(held, reverse=True)}.get(direction, [one for one in before if one >= 0])
        expect(f"rows are in {direction or 'their own'} order", held == order, str(held))
    page.click("table.t-glance thead th:nth-child(3) button")
    page.click("table.t-glance thead th:nth-child(4) button")
    expect("one column is sorted at a time", page.run("document.querySelectorAll('table.t-glance [aria-sort]').length") == 1)
    page.click("table.t-findings thead th:nth-child(3) button")
    groups = page.run(
        "[...document.querySelectorAll('table.t-findings tbody')].map((b) => [b.rows[0].className,"
        " [...b.rows].slice(1).map((r) => Number(r.cells[2].dataset.v))])"
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
    page.click("#cover .verdict a[href='#changes-1']")
    expect("the first page leads to what changed", page.run("location.hash") == "#changes-1")
    top = page.run("document.getElementById('changes-1').getBoundingClientRect().top")
    expect("what changed is in sight", 0 <= top < 200, str(top))
    page.run("(() => { const f = document.querySelector('form[data-for=findings]'); f.elements.search.value = 'nothing is called this'; f.dispatchEvent(new Event('input')); })()")
    page.run("location.hash = '#changes-1'")
    link = "#changes-1 .t-changed a"
    wanted = page.run(f"document.querySelector('{link}').hash.slice(1)")
    page.click(link)
    shown = f"document.getElementById('{wanted}').getClientRects().length > 0"
    # The page hears of the new place after the click is done.
    expect("a changed finding leads to its row", page.run(f"new Promise((done) => setTimeout(() => done({shown}), 200))"))
    points = page.run("document.querySelectorAll('#trend svg.chart circle').length")
    packs = page.run("document.querySelectorAll('#trend .t-trend tbody tr').length")
    expect("the trend has a point for each pack in each of its three parts", points == 3 * packs == 9, f"{points} {packs}")
    top = page.run("document.getElementById('changes').getBoundingClientRect().top + scrollY")
    page.picture(out / "changes.png", clip=(0, top, 1280, 3000))
    closed(page, "changes")


def without_scripts(browser):
    page = browser.open(url, scripts=False)
    texts = page.run("document.body.innerText")
    expect("without scripts there are no filters", not page.run("[...document.forms].some((f) => f.getClientRects().length)"))
    for table in ("actions", "findings"):
        listed = len(re.findall(r"data-f=", re.search(rf'<table class="t-{table}.*?</table>', html, re.S).group()))
        expect(f"without scripts all {table} are there", page.run(f"{rows(table)}.length") == listed > 0, str(listed))
    for words in ("References often asked for", "What to do", "What changed", "Trend", "Control scorecard", "Waiver register", "Manifest", "Sign-off"):
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
        listed = re.findall(r'<li id="c-[^"]*"><strong>(?:<span class="k">)?([^<]*)', html)
        wanted = ["PR.AC-4", "NHI-03", "PR.AA-05", "Access after leaving", "SHA-256", "Definition, spread, systems and SQL"]
        wanted += ["What this report is not", "What changed", "The three numbers of each pack", "One item is"]
        wanted += listed + re.findall(r'<tr id="(ovs-[^"]+)"', html)
        lacks = [words for words in wanted if re.sub(r"\s+", "", words).lower() not in squeezed]
        expect(f"{name} has every section, everything folded and every finding's id", not lacks, ", ".join(lacks[:5]))
    expect("after printing, what was folded is folded again", open_after == len(re.findall(r"<details[^>]* open", html)), str(open_after))


outside = re.findall(r"""<[^>]+?\s(?:src|href|action|formaction|srcset|poster)\s*=\s*["'](?!#|data:)([^"']+)["']|url\(\s*(?!["']?(?:data:|#))([^)]+)\)""", html)
problems.extend(f"the page points outside itself: {a or b}" for a, b in outside)
expect("there is a content security policy", "Content-Security-Policy" in html)

with Browser() as browser:
    for part in (screens, choosing, sorting, keyboard, changes, without_scripts, printed):
        try:
            part(browser)
        except Exception as cause:  # One part that breaks must not hide what the others find.
            problems.append(f"{part.__name__}: {type(cause).__name__}: {cause}")

print("\n".join(problems) or f"{len(done)} things hold; pictures and prints are in {out}")
sys.exit(1 if problems else 0)
