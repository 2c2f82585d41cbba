"""Draws a sample of a pack again, with Python alone and on DuckDB, and compares it with the one that overstay drew.

usage: sample_check.py OVERSTAY PACK
"""
import csv
import hashlib
import io
import pathlib
import subprocess
import sys

import duckdb

overstay, pack = sys.argv[1], pathlib.Path(sys.argv[2])
size, checked, drawn = 7, 0, 0


def with_python(path, seed):
    frame = hashlib.sha256(path.read_bytes()).hexdigest()
    rows = list(csv.DictReader(io.StringIO(path.read_text(), newline="")))
    population = [n for n, row in enumerate(rows, 1) if row["result"] != "excluded"]
    return sorted(population, key=lambda n: hashlib.sha256(f"{frame}:{seed}:{n}".encode()).hexdigest())[:size], rows


def on_duckdb(path, seed):
    frame = hashlib.sha256(path.read_bytes()).hexdigest()
    sql = f"""SELECT n FROM (SELECT row_number() OVER () AS n, * FROM read_csv('{path}', all_varchar = true))
              WHERE result <> 'excluded' ORDER BY sha256('{frame}:{seed}:' || n) LIMIT {size}"""
    return [n for (n,) in duckdb.execute(sql).fetchall()]


for path in sorted((pack / "evidence").glob("*.csv")):
    for seed in (7, 2026):
        command = [overstay, "sample", str(pack), path.stem, "--size", str(size), "--seed", str(seed)]
        ran = subprocess.run(command, capture_output=True, text=True)
        expected, rows = with_python(path, seed)
        if not expected:
            assert ran.returncode == 2 and "nothing to draw from" in ran.stderr, ran.stderr
            continue
        sample = list(csv.DictReader(io.StringIO(ran.stdout)))
        assert [int(row["frame_row"]) for row in sample] == expected == on_duckdb(path, seed), (path, seed)
        for row in sample:
            item = rows[int(row["frame_row"]) - 1]
            assert all(row[name] == cell for name, cell in item.items()), (path, row["frame_row"])
        drawn += len(sample)
    checked += 1
print(f"{drawn} items of {checked} metrics drawn again, the same with Python and on DuckDB")
sys.exit(0 if checked and drawn else 1)
