"""Reads report.pdf with tools that are not ours: qpdf and poppler.

Usage: pdf_check.py PACK
The file is sound; all fonts are embedded, cut to what is used, and readable; it is tagged; every page has its text;
every finding listed, every name, every reference and every metric can be found by searching.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

# Findings of one metric that the PDF lists at most.
CAP = 100


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}"
    return done.stdout


def squeezed(text):
    return re.sub(r"\s+", "", text)


pack = Path(sys.argv[1])
pdf = pack / "report.pdf"
report = json.loads((pack / "report.json").read_text())

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
for role in ["H1", "H2", "H3", "Table", "THead", "TH", "TD", "Figure", "TOC", "Link"]:
    assert re.search(rf"^\s*{role}\b", structure, re.M), f"no {role} in the structure"

texts = run("pdftotext", pdf, "-").split("\f")[:-1]
assert len(texts) == pages, (len(texts), pages)
for number, text in enumerate(texts, 1):
    assert len(squeezed(text)) > 200, f"page {number} is nearly empty"
    assert number == 1 or f"page {number} of {pages}" in text, f"page {number} is not numbered"

whole = squeezed("".join(texts))
listed = {}
for finding in report["findings"]["items"]:
    listed.setdefault(finding["metric"], []).append(finding)
ids = [one["finding_id"] for findings in listed.values() for one in findings[:CAP]]
for one in ids:
    assert one in whole, f"{one} cannot be found"
named = [finding["subject"] for findings in listed.values() for finding in findings[:CAP]]
people = report["populations"]
named += [one["name"] for kind in ("ambiguous", "unmatched") for one in people[kind] if one["name"]]
named += [waiver["approver"] for waiver in report["waivers"]]
for one in named:
    assert squeezed(one) in whole, f"{one} cannot be read"
controls = [control for framework in report["frameworks"] for control in framework["controls"]]
for control in controls:
    assert squeezed(control["id"]) in whole, f"{control['id']} cannot be found"
for metric in report["metrics"]:
    assert squeezed(metric["title"]) in whole, f"{metric['title']} cannot be found"
print(f"{pages} pages, {len(fonts)} fonts, {len(ids)} findings, {len(named)} names, {len(controls)} references")
