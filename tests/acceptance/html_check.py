"""Renders report.html in headless Chromium: on screen at three widths, without JavaScript, and to PDF.

usage: html_check.py REPORT OUTDIR

Fails if Chromium reports an error on the console (a blocked script, a broken rule), if the page asks for anything
outside itself, or if the printed text lacks a section. The pictures in OUTDIR are for people.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

report, out = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
html = report.read_text()
problems = []


def chromium(*flags):
    with tempfile.TemporaryDirectory() as profile:
        command = [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            "--enable-logging=stderr", f"--user-data-dir={profile}", *flags, report.as_uri(),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    problems.extend(f"{flags[0]}: {line}" for line in console)
    return done


outside = re.findall(r"""(?:src|href)\s*=\s*["'](?!#|data:)([^"']+)["']|url\(\s*(?!["']?(?:data:|#))([^)]+)\)""", html)
problems.extend(f"the page points outside itself: {a or b}" for a, b in outside if not (a or b).endswith((".csv", ".json", ".sql", ".parquet")))
if "Content-Security-Policy" not in html:
    problems.append("no content security policy")

for width in (1280, 768, 360):
    picture = out / f"screen-{width}.png"
    chromium(f"--screenshot={picture}", f"--window-size={width},4000")
    if not picture.is_file():
        problems.append(f"no picture at width {width}")

pdf = out / "printed.pdf"
chromium(f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
if pdf.is_file():
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True).stdout
    for words in ("PR.AC-4", "NHI-03", "PR.AA-05", "Access after leaving", "SHA-256", "Prepared by"):
        if words.lower() not in text.lower():
            problems.append(f"the printed report lacks `{words}`")
else:
    problems.append("printing gave no PDF")

dom = chromium("--dump-dom").stdout
if "</html>" not in dom:
    problems.append("the page did not load")

print("\n".join(problems) or f"three widths and print are in {out}")
sys.exit(1 if problems else 0)
