"""Compares what `overstay inspect` says of real public exports with a hand-made list.

usage: realdata_check.py OVERSTAY FOLDER

FOLDER holds EXPECTED.tsv (file, source, table, records, notes) and the files. A file whose source has no shipped
mapping must come out as unrecognised, never as something else; an API error page as an error page.
"""
import csv
import json
import pathlib
import subprocess
import sys

overstay, folder = sys.argv[1], pathlib.Path(sys.argv[2])
known = {line["id"] for line in json.loads(subprocess.check_output([overstay, "list", "sources", "--json"]))}
failed = passed = 0


def inspect(path):
    out = subprocess.run([overstay, "inspect", "--json", str(path)], capture_output=True, text=True)
    if out.returncode not in (0, 2):
        raise SystemExit(f"{path}: inspect ended with {out.returncode}: {out.stderr}")
    return json.loads(out.stdout)["files"][0]


with open(folder / "EXPECTED.tsv", newline="") as lines:
    for want in csv.DictReader(lines, delimiter="\t"):
        got = inspect(folder / want["file"])
        source, outcome = want["source"], got["outcome"]
        if source in known:
            good = outcome == "read" and got["source"] == source and str(got["records"]) == want["records"]
        elif source == "error-page":
            good = outcome == "error-page"
        elif source == "?":
            good = outcome in ("unrecognised", "read", "ambiguous")
        else:
            good = outcome == "unrecognised"
        if good:
            passed += 1
        else:
            failed += 1
            print(f"{want['file']}: expected {source} with {want['records']} records, got {outcome} {got['source']} {got['records']}")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
