"""Reads report.pdf and report-full.pdf with tools that are not ours: qpdf and poppler.

Usage: pdf_check.py PACK
Both files are sound; all fonts are embedded, cut to what is used, and readable; they are tagged; every page has its text
and its number. The full edition has every finding listed, every name, every reference and every metric; the short one
has every metric and the worst exceptions, and few pages.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

# Pages of the short edition at most.
SHORT = 14


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}"
    return done.stdout


def squeezed(text):
    return re.sub(r"\s+", "", text)


def read(pdf, roles):
    """Number of pages, the text without blanks, and how many fonts."""
    run("qpdf", "--check", pdf)
    fonts = run("pdffonts", pdf).splitlines()[2:]
    assert fonts, "no font"
    for line in fonts:
        assert re.search(r"\byes yes yes\b", line), f"not embedded, not cut down, or not readable: {line}"
        assert re.match(r"[A-Z]{6}\+", line), f"a font without the prefix of a subset: {line}"
    info = run("pdfinfo", pdf)
    assert re.search(r"^Tagged:\s+yes$", info, re.M), info
    pages = int(re.search(r"^Pages:\s+(\d+)$", info, re.M).group(1))
    structure = run("pdfinfo", "-struct-text", pdf)
    for role in roles:
        assert re.search(rf"^\s*{role}\b", structure, re.M), f"no {role} in the structure of {pdf.name}"
    texts = run("pdftotext", pdf, "-").split("\f")[:-1]
    assert len(texts) == pages, (len(texts), pages)
    for number, text in enumerate(texts, 1):
        assert len(squeezed(text)) > 400, f"page {number} of {pdf.name} is nearly empty"
        assert f"page {number} of {pages}" in text, f"page {number} of {pdf.name} is not numbered"
        edition = "short edition; report-full.pdf has everything" if pdf.name == "report.pdf" else "full edition"
        assert edition in text, f"page {number} of {pdf.name} does not name its edition"
    return pages, squeezed("".join(texts)), len(fonts)


pack = Path(sys.argv[1])
report = json.loads((pack / "report.json").read_text())
roles = ["H1", "H2", "H3", "Table", "THead", "TH", "TD", "Figure", "Link"]
short, brief, _ = read(pack / "report.pdf", roles)
assert short <= SHORT, f"the short edition has {short} pages"
pages, whole, fonts = read(pack / "report-full.pdf", [*roles, "TOC"])

findings = report["findings"]["items"]
for one in findings:
    assert one["finding_id"] in whole, f"{one['finding_id']} cannot be found"
named = [finding["subject"] for finding in findings]
people = report["populations"]
named += [one["name"] for kind in ("ambiguous", "unmatched") for one in people[kind] if one["name"]]
named += [waiver["approver"] for waiver in report["waivers"]]
for one in named:
    assert squeezed(one) in whole, f"{one} cannot be read"
controls = [control for framework in report["frameworks"] for control in framework["controls"]]
for control in controls:
    assert squeezed(control["id"]) in whole, f"{control['id']} cannot be found"
for metric in report["metrics"]:
    for text in (brief, whole):
        assert squeezed(metric["title"]) in text, f"{metric['title']} cannot be found"
# Poppler takes a hyphen at the end of a line for one that only breaks a word.
brief = brief.replace("-", "")
for action in report["actions"]["items"][:10]:
    assert squeezed(action["subject"]).replace("-", "") in brief, f"{action['subject']} is not in the short edition"
print(f"{short} and {pages} pages, {fonts} fonts, {len(findings)} findings, {len(named)} names, {len(controls)} references")
