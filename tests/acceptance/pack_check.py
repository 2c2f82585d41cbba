"""Re-performs a pack on DuckDB: the SQL in metrics/ over canonical/*.parquet must give the rows in evidence/.

usage: pack_check.py PACK

This is what an auditor can do with a pack and no overstay at hand. Views and metrics are the text that the pack
holds; the three parameters come from the manifest.
"""
import csv
import datetime
import json
import pathlib
import re
import sys

import duckdb

pack = pathlib.Path(sys.argv[1])
manifest = json.loads((pack / "manifest.json").read_text())
report = json.loads((pack / "report.json").read_text())


def micros(text):
    time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((time - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) / datetime.timedelta(microseconds=1))


parameters = {
    "as_of": micros(manifest["as_of"]),
    "period_from": micros(manifest["period"]["from"]),
    "period_to": micros(manifest["period"]["to"]),
}


def bound(sql):
    return re.sub(r":(as_of|period_from|period_to)\b", lambda hit: str(parameters[hit[1]]), sql)


db = duckdb.connect()
schema = json.loads((pack / "canonical" / "schema.json").read_text())
for table, columns in schema.items():
    path = pack / "canonical" / f"{table}.parquet"
    if path.exists():
        db.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet('{path}')")
    else:
        db.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
views = (pack / "metrics" / "_views.sql").read_text()
for name, sql in re.findall(r"-- view: (\w+)\n(.*?)(?=\n-- view: |\Z)", views, re.S):
    db.execute(f"CREATE VIEW {name} AS {bound(sql).strip().rstrip(';')}")

TIMES = ["began_lo", "began_hi", "ended_lo", "ended_hi", "seen_until"]
TEXTS = ["subject_kind", "subject", "system", "person_id", "account_key", "credential_key", "state", "note"]


def neutral(text):
    """Undoes what keeps spreadsheets from running a cell."""
    return text[1:] if text.startswith("'") else text


def evidence(name):
    if name.endswith(".parquet"):
        for row in db.execute(f"SELECT {', '.join(TEXTS + TIMES)} FROM read_parquet('{pack / name}')").fetchall():
            yield row
        return
    with open(pack / name, newline="") as lines:
        for row in csv.DictReader(lines):
            yield tuple(neutral(row[name]) or None for name in TEXTS) + tuple(micros(row[name]) if row[name] else None for name in TIMES)


failed = checked = rows = 0
for metric in report["metrics"]:
    if not metric["evidence"]:
        continue
    text = (pack / "metrics" / f"{metric['id']}.sql").read_text()
    sql = bound(text[text.index("---*/") + 5 :]).strip().rstrip(";")
    have = db.execute(f"SELECT * FROM ({sql})")
    names = [column[0] for column in have.description]
    found = []
    for row in have.fetchall():
        cells = dict(zip(names, row))
        found.append(tuple(cells.get(name) or None for name in TEXTS) + tuple(cells.get(name) for name in TIMES))
    ours = sorted(evidence(metric["evidence"]), key=repr)
    theirs = sorted(found, key=repr)
    checked += 1
    rows += len(ours)
    if ours != theirs:
        failed += 1
        both = set(map(repr, ours)) ^ set(map(repr, theirs))
        print(f"{metric['id']}: {len(ours)} rows in the pack, {len(theirs)} on DuckDB; first difference:", min(both, default="order"))
print(f"{rows} rows of {checked} metrics compared; {checked - failed} passed, {failed} failed")
sys.exit(1 if failed or not rows else 0)
