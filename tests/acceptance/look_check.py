"""An organisation's own look in headless Chromium: what could hide or change a fact is refused, and with the most that a
style sheet and templates may do every fact is seen, with the words of the shipped page.

usage: look_check.py OVERSTAY EXPORTS OUTDIR

The pictures in OUTDIR are for people: each attack as it would have looked, and what readers see instead.
"""
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from chromium import Browser

overstay, exports, out = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
shipped = pathlib.Path(__file__).parents[2] / "templates"
shutil.rmtree(out, ignore_errors=True)
out.mkdir(parents=True)
problems = []
done = []


def expect(what, holds, detail=""):
    (done if holds else problems).append(f"{what}{f': {detail}' if detail and not holds else ''}")


def report(name, files):
    """A pack with the look of these files: exit code, messages, and the page where there is one."""
    look, pack = out / f"{name}-look", out / f"{name}-pack"
    look.mkdir()
    for path, text in files.items():
        (look / path).parent.mkdir(parents=True, exist_ok=True)
        (look / path).write_text(text)
    command = [overstay, "report", exports, "--templates", str(look), "--out", str(pack)]
    ran = subprocess.run(command, capture_output=True, text=True)
    page = pack / "report.html"
    return ran.returncode, ran.stderr, page if page.is_file() else None


def cover(before, after):
    """The shipped section with what stands in it inside something."""
    text = (shipped / "report/section.html").read_text()
    return {"report/section.html": text.replace("{{ section.html }}", before + "{{ section.html }}" + after)}


# Each hides the verdict, prints another one over it, or leads away. The second text is put into a finished page, to see it.
CSS = "[data-fact]{font-size:0}[data-fact]::after{content:'met: 0 of 33';font-size:1rem}"
ATTACKS = {
    "another-text-by-style": ({"report/style.css": CSS}, f"<style>{CSS}</style>"),
    "white-on-white": ({"report/style.css": "[data-fact]{color:#fff}"}, "<style>[data-fact],[data-fact] *{color:#fff!important}</style>"),
    "script": ({"report/script.js": "document.querySelectorAll('[data-fact]').forEach((e) => e.textContent = 'met: 0 of 33')"}, None),
    "struck-out": (cover("<s>", "</s>"), None),
    "folded": (cover("<details><summary>More</summary>", "</details>"), None),
    "in-a-drawing": (cover("<svg><desc>", "</desc></svg>"), None),
    "in-a-sound": (cover("<audio>", "</audio>"), None),
    "in-an-object": (cover('<object data="data:image/png;base64,AA==">', "</object>"), None),
    "in-a-list-to-choose": (cover("<select><option>", "</option></select>"), None),
    "popover": (cover("<div popover>", "</div>"), None),
    "led-away": (cover('<meta http-equiv="refresh" content="0;url=https://a.example/">', ""), None),
    "turned-around": (cover("<div>&#x202E;", "</div>"), None),
}

# The most that the lists allow, against every element.
EXTREME = """
* { font-size: 12px; line-height: 1.2; letter-spacing: 3px; font-family: monospace; font-weight: 300; text-align: right; }
h1, .figure strong { font-size: 48px; }
p, td, dd, li, div { margin: 24px; padding: 24px; border: 4px double #ffffff; border-radius: 24px; }
@media print { p, td, dd, li, div { margin: 24px; padding: 24px } }
@page { size: a4; margin: 30mm }
"""
NARROW = """
* { font-size: 12px; margin: 0; padding: 0; line-height: 1.2; font-style: italic; text-decoration: none; border: 0 none; }
html { font-size: 12px; }
"""
SEEN = """(() => {
  const bad = [], facts = {};
  for (const fact of document.querySelectorAll('[data-fact]')) {
    const key = fact.dataset.fact || fact.id, text = fact.innerText.replace(/\\s+/g, '');
    (facts[key] ??= []).push(fact.textContent.replace(/\\s+/g, ''));
    if (fact.closest('details:not([open])')) continue;
    const style = getComputedStyle(fact), box = fact.getBoundingClientRect();
    if (!text || box.width < 4 || box.height < 4) bad.push(key + ' has no room');
    if (parseFloat(style.fontSize) < 9) bad.push(key + ' is set in ' + style.fontSize);
    // A row may be wider than what it is scrolled in: its first line stands at its beginning.
    fact.scrollIntoView({block: 'center', inline: 'start', behavior: 'instant'});
    const range = document.createRange(); range.selectNodeContents(fact);
    const line = [...range.getClientRects()].find((one) => one.width > 2 && one.height > 2);
    if (!line) { bad.push(key + ' has no line'); continue; }
    const at = document.elementFromPoint(line.x + line.width / 2, line.y + line.height / 2);
    if (at && !fact.contains(at) && !at.contains(fact)) bad.push(key + ' is covered by ' + at.outerHTML.slice(0, 60));
  }
  return {bad, facts};
})()"""


def facts(browser, page, width):
    opened = browser.open(page.as_uri(), width=width)
    seen = opened.run(SEEN)
    picture = out / f"{page.parent.name}-{width}.png"
    opened.run("scrollTo(0, 0)")
    opened.picture(picture, clip=(0, 0, width, 1600))
    said = opened.said
    opened.close()
    return seen, said


with Browser() as browser:
    code, said, plain = report("shipped", {})
    expect("the shipped page is made", plain is not None, said)
    shown, _ = facts(browser, plain, 1280)
    expect("the shipped page shows its facts", not shown["bad"], str(shown["bad"][:5]))
    expect("there are facts", len(shown["facts"]) > 100, str(len(shown["facts"])))

    for name, (files, as_it_would_be) in ATTACKS.items():
        code, said, page = report(name, files)
        expect(f"{name} is refused", code == 2 and page is None, f"exit {code}: {said}")
        place = next(iter(files))
        expect(f"{name} is told with its file", place in said, said)
        # The finished page with the attack in it: what a reader would have seen.
        whole = plain.read_text()
        policy = re.search(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", whole).group()
        attacked = whole.replace(policy, "")
        if as_it_would_be:
            attacked = attacked.replace("</head>", as_it_would_be + "</head>")
        elif place.endswith(".js"):
            attacked = attacked.replace("</body>", f"<script>{files[place]}</script></body>")
        else:
            before, after = re.search(r"\n([^\n]*){{ section.html }}(.*)", files[place]).groups()
            attacked = re.sub(r'<div class="verdict .*?</div>', lambda found: before + found.group() + after, attacked, count=1)
        path = out / f"{name}.html"
        path.write_text(attacked)
        if name != "led-away":
            opened = browser.open(path.as_uri())
            opened.picture(out / f"would-be-{name}.png", clip=(0, 0, 1280, 900))
            opened.close()

    own = {**cover('<section class="box"><h2>For the committee</h2>', "</section>"), "report/style.css": EXTREME}
    for name, files in {"extreme": own, "narrow": {"report/style.css": NARROW}}.items():
        code, said, page = report(name, files)
        expect(f"the look {name} is accepted", page is not None, said)
        if page is None:
            continue
        for width in (1280, 390):
            seen, console = facts(browser, page, width)
            expect(f"{name} at {width}: every fact is seen", not seen["bad"], "; ".join(seen["bad"][:5]))
            # What the report is about and the manifest name the report and its look, and nothing else differs.
            differ = [key for key in shown["facts"] if shown["facts"][key] != seen["facts"].get(key)]
            known = {key for key, texts in shown["facts"].items() if any(re.search(r"Report(id)?[0-9a-f]{12}", text) for text in texts)}
            expect(f"{name} at {width}: every fact reads as on the shipped page", set(differ) <= known, str(differ[:5]))
            expect(f"{name} at {width}: the page names its own files", any("style.css" in text for key in known for text in seen["facts"][key]))
            expect(f"{name} at {width}: the report has another id", all(key in differ for key in known), str(known))
            expect(f"{name} at {width}: the console is silent", not console, str(console[:3]))
        opened = browser.open(page.as_uri())
        opened.pdf(out / f"{name}.pdf")
        opened.close()
        text = subprocess.run(["pdftotext", "-raw", str(out / f"{name}.pdf"), "-"], capture_output=True, text=True, check=True).stdout
        squeezed = re.sub(r"[\s\u00AD]+", "", text)
        verdict = next(text for key, texts in shown["facts"].items() for text in texts if key.startswith("cover.") and "limit" in text)
        sentence = verdict[20:60]
        expect(f"{name} printed: the verdict is there", sentence in squeezed, sentence)

for line in problems:
    print(f"  {line}")
print(f"{len(done)} hold, {len(problems)} do not; pictures in {out}")
sys.exit(1 if problems else 0)
