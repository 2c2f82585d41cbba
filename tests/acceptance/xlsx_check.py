"""Opens report.xlsx in LibreOffice and compares its rows with the CSV files of the pack.

usage: xlsx_check.py PACK WORK

Every sheet is converted to CSV by LibreOffice Calc without a window. Fails if LibreOffice says that it repaired
something or could not read it, if a sheet is missing, if findings or a population have another number of rows than
their CSV, if a first column (or a length, or a time) differs, or if a cell shows an error. The CSVs stay in WORK.
"""
import csv
import datetime
import json
import pathlib
import re
import shutil
import subprocess
import sys

pack, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
csv.field_size_limit(1 << 24)
shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)
problems = []

# 44: comma, 34: quote, 76: UTF-8, first line 1, no column rules, quote all text, numbers and dates as shown, no
# formulas, all sheets (-1): one file for each, named after the sheet.
FILTER = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1'
SPOILT = re.compile(r"repair|corrupt|damaged|error|could not|failed to load|unsupported", re.I)


def libreoffice(*arguments):
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={(work / 'profile').as_uri()}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    said = [line for line in (done.stdout + done.stderr).splitlines() if SPOILT.search(line) and "javaldx" not in line]
    problems.extend(f"LibreOffice: {line}" for line in said)
    if done.returncode != 0:
        problems.append(f"LibreOffice ended with {done.returncode}: {done.stderr.strip()}")


book = pack / "report.xlsx"
libreoffice("--convert-to", FILTER, "--outdir", str(work), str(book))
sheets = {path.stem.removeprefix("report-"): path for path in work.glob("report-*.csv")}


def table(path):
    """Head and rows of a sheet: the first line says what it holds."""
    with open(path, newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(lines))
    return rows[0][0], rows[1], rows[2:]


def plain(cell):
    """The text of a CSV cell of the pack, without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if re.match(r"'[\s\"']*[=+\-@]", cell) else cell


# Words of the files, and those that readers see.
WORDS = {
    "subject_kind": {"intent": "change"},
    "state": {"closed": "ended", "none": "nothing to measure", "excluded": "left out"},
    "result": {"indeterminate": "may be over", "excluded": "left out"},
    "open": {"true": "yes", "false": "no"},
}


def shown(name, cell):
    """What the sheet must show for a CSV cell; None where hidden characters are written out."""
    if name.endswith("_seconds"):
        return cell
    if cell and name.endswith(("_at", "_lo", "_hi", "_until")):
        try:
            at = datetime.datetime.fromisoformat(cell.replace("Z", "+00:00"))
        except ValueError:
            return cell
        return at.strftime("%Y-%m-%d %H:%M:%S") if at.microsecond == 0 else None
    text = WORDS.get(name, {}).get(cell, plain(cell))
    return text if text.isprintable() and text == text.strip() else None


def heads():
    """Which head of a sheet stands for which column of the CSV, as the sheet Read me says."""
    found = {}
    for sheet, word, column, *_ in table(sheets["Read me"])[2]:
        if column:
            found.setdefault(sheet, {})[column] = word
    return found


def compare(sheet, file, titles):
    if sheet not in sheets:
        problems.append(f"no sheet {sheet}")
        return 0
    note, head, rows = table(sheets[sheet])
    with open(pack / file, newline="", encoding="utf-8-sig") as lines:
        reader = csv.reader(lines)
        names, expected = next(reader), list(reader)
    cut = re.search(r"Showing the first ([\d,]+) of ([\d,]+) ", note)
    total = int(cut[2].replace(",", "")) if cut else len(rows)
    if total != len(expected):
        problems.append(f"{sheet}: {total} rows, and {len(expected)} in {file}")
    if cut and len(rows) != int(cut[1].replace(",", "")):
        problems.append(f"{sheet}: {len(rows)} rows, and the note says {cut[1]}")
    places = {}
    for name, title in titles.items():
        ending = " (seconds)" if name.endswith("_seconds") else " (UTC)" if title + " (UTC)" in head else ""
        places[name] = head.index(title + ending)
    if sheet == "Findings":
        # By severity, then length.
        severities = ["critical", "high", "medium", "low"]
        at = {name: names.index(name) for name in ("severity", "shortest_seconds")}
        expected.sort(key=lambda line: (severities.index(line[at["severity"]]), -int(line[at["shortest_seconds"]] or 0)))
    for number, (row, line) in enumerate(zip(rows, expected), start=3):
        for name, cell in zip(names, line):
            if name not in places:
                continue
            want = shown(name, cell)
            have = row[places[name]].replace(",", "") if name.endswith("_seconds") else row[places[name]]
            if want is not None and have != want:
                problems.append(f"{sheet}, row {number}, {name}: `{have[:80]}` in place of `{want[:80]}`")
    return len(rows)


report = json.loads((pack / "report.json").read_text())
titles = heads()
count = compare("Findings", "findings.csv", titles["Findings"])
populations = 0
for metric in report["metrics"]:
    evidence = metric["evidence"]
    # A name that is no name of a sheet is cut; the ids of the shipped metrics are names.
    if evidence and evidence.endswith(".csv"):
        count += compare(metric["id"], evidence, titles["every sheet of a population"])
        populations += 1

for name in ("Read me", "Summary", "What to do", "Metrics", "References", "Systems", "Sources", "Waivers"):
    if name not in sheets:
        problems.append(f"no sheet {name}")
for name, path in sheets.items():
    with open(path, newline="", encoding="utf-8") as lines:
        for number, row in enumerate(csv.reader(lines), start=1):
            for cell in row:
                if re.fullmatch(r"#(REF!|NAME\?|VALUE!|DIV/0!|N/A|NUM!|NULL!)|Err:\d+|#+", cell):
                    problems.append(f"{name}, row {number}: {cell}")
if "Metrics" in sheets and len(table(sheets["Metrics"])[2]) != len(report["metrics"]):
    problems.append("the sheet of metrics has another number of rows than the report")

libreoffice("--convert-to", "pdf", "--outdir", str(work), str(book))
if not (work / "report.pdf").is_file():
    problems.append("printing gave no PDF")

shutil.rmtree(work / "profile", ignore_errors=True)
print("\n".join(problems[:40]) or f"{len(sheets)} sheets; {count} rows of findings and {populations} populations as in the CSV files")
sys.exit(1 if problems or not count else 0)
