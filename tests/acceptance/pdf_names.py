"""Names in many scripts, read back from the PDF by poppler.

Usage: pdf_names.py OVERSTAY WORK
Writes exports whose accounts bear the names, has them reported, and looks for every name in the text of the PDF as a
reader would copy it: in its reading order, also where no font has the characters and a box with the code point is drawn.
"""

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = [
    "Zoë Müller-Lüdenscheidt",
    "Łukasz Żółć",
    "Ελένη Παπαδοπούλου",
    "Дмитрий Щербаков",
    "Nguyễn Thị Hồng",
    "محمد العربي",
    "יעל כהן",
    "田中 葵",
    "Ana 👩 Silva",
    "affluent office flight",
]

overstay, work = sys.argv[1], Path(sys.argv[2])
shutil.rmtree(work, ignore_errors=True)
exports = work / "exports"
(exports / "crm").mkdir(parents=True)
(exports / "hr").mkdir()
(exports / "hr/people.csv").write_text("person_id,name,started_on\n1,Nobody Else,2020-01-01\n")
with (exports / "crm/accounts.csv").open("w", newline="", encoding="utf-8") as file:
    rows = csv.writer(file)
    rows.writerow(["system", "account_id", "username", "kind", "status", "created_at"])
    for number, name in enumerate(NAMES):
        rows.writerow(["crm", f"a{number}", name, "human", "active", "2024-01-02T08:00:00Z"])

command = [overstay, "report", str(exports), "--period", "2026-Q3", "--out", str(work / "pack")]
subprocess.run(command, check=True, capture_output=True)
pdf = work / "pack/report-full.pdf"
subprocess.run(["qpdf", "--check", str(pdf)], check=True, capture_output=True)
fonts = subprocess.run(["pdffonts", str(pdf)], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
assert all(re.search(r"\byes yes yes\b", line) for line in fonts), fonts
text = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
# Poppler puts marks of direction around text that runs from right to left; blanks are where lines end.
seen = re.sub(r"[\s\u200e\u200f\u202a-\u202e]+", "", text)
lost = [name for name in NAMES if re.sub(r"\s+", "", name) not in seen]
assert not lost, f"cannot be read: {lost}"
print(f"{len(NAMES)} names read back, {len(fonts)} fonts")
