#!/usr/bin/env python3
"""Runs the SQL of every metric on DuckDB over the case folders and compares its rows with the engine's.

    cargo test --test suite metrics::cases     writes target/cases/<metric>/<situation>.csv
    pip install duckdb
    python3 tests/acceptance/duckdb_check.py

The text is the same on both sides: views as CREATE VIEW, the header as the comment that it is, parameters as numbers.
Exit code 1 and the differing rows when anything differs, or when a case was not run by the engine.
"""
import csv
import datetime
import pathlib
import re
import sys
import tomllib

import duckdb

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests/metrics/cases"
METRICS = ROOT / "mappings/metrics"
FOUND = ROOT / "target/cases"
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
TIMES = ("began_lo", "began_hi", "ended_lo", "ended_hi", "seen_until")
LINEAGE = ("began_file", "began_row", "ended_file", "ended_row")


def catalogue():
    """Columns and types of the canonical tables, as the engine wrote them."""
    tables = {}
    with open(FOUND / "catalogue.csv", newline="") as file:
        for row in csv.DictReader(file):
            tables.setdefault(row["table"], []).append((row["column"], row["type"]))
    return tables


def micros(text):
    text = text.strip()
    if len(text) == 10:
        text += "T00:00:00Z"
    span = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def rfc3339(at):
    whole, fraction = divmod(at, 1_000_000)
    text = (EPOCH + datetime.timedelta(seconds=whole)).strftime("%Y-%m-%dT%H:%M:%S")
    if fraction:
        text += f".{fraction // 1000:03}" if fraction % 1000 == 0 else f".{fraction:06}"
    return text + "Z"


def substitute(sql, params):
    """Puts numbers in place of :names outside strings and comments."""
    piece = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|::|:[a-z_]+", re.S)
    return piece.sub(lambda hit: str(params[hit[0][1:]]) if re.fullmatch(":[a-z_]+", hit[0]) else hit[0], sql)


def views():
    text = (METRICS / "_views.sql").read_text()
    parts = re.split(r"^-- view: (\w+)$", text, flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def wanted(sql, known):
    """The words of a metric and of the views that it reads, directly or through others."""
    words = set(re.findall(r"\w+", sql))
    for name, text in reversed(known):
        if name in words:
            words.update(re.findall(r"\w+", text))
    return words


def load(con, table, columns, path):
    con.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns)})")
    if not path.exists():
        return
    with open(path, newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            row = {name: value for name, value in row.items() if value != ""}
            if table == "accounts" and "system" in row and "account_id" in row:
                row.setdefault("account_key", f"{row['system']}:{row['account_id']}")
            if "system" in row and "credential_id" in row:
                row.setdefault("credential_key", f"{row['system']}:{row['credential_id']}")
            row.setdefault("src_file", "0")
            row.setdefault("src_row", str(number))
            values = []
            for name, kind in columns:
                value = row.get(name)
                if value is not None:
                    value = micros(value) if kind == "BIGINT" else int(value) if kind == "INTEGER" else value == "true" if kind == "BOOLEAN" else value
                values.append(value)
            con.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", values)


def cell(name, value):
    if value is None:
        return ""
    return rfc3339(int(value)) if name in TIMES else str(int(value)) if name in LINEAGE + ("numerator", "denominator") else str(value)


def main():
    tables, known, wrong, checked = catalogue(), views(), [], 0
    for folder in sorted(path for path in CASES.glob("*/*") if path.is_dir()):
        metric, situation = folder.parent.name, folder.name
        expected = FOUND / metric / f"{situation}.csv"
        if not expected.exists():
            wrong.append(f"{metric}/{situation}: the engine did not run this case")
            continue
        settings = tomllib.loads((folder / "params.toml").read_text())
        params = {name: micros(settings[name]) for name in ("as_of", "period_from", "period_to")}
        con = duckdb.connect()
        text = (METRICS / f"{metric}.sql").read_text()
        words = wanted(text, known)
        for table in tables.keys() & words:
            load(con, table, tables[table], folder / f"{table}.csv")
        for name, sql in known:
            if name in words:
                con.execute(f"CREATE VIEW {name} AS {substitute(sql, params)}")
        result = con.execute(substitute(text, params))
        names = [column[0] for column in result.description]
        rows = [dict(zip(names, row)) for row in result.fetchall()]
        with open(expected, newline="") as file:
            reader = csv.DictReader(file)
            header = reader.fieldnames
            theirs = sorted(tuple(row[name] for name in header) for row in reader)
        ours = sorted(tuple(cell(name, row.get(name)) for name in header) for row in rows)
        extra = set(names) - set(header)
        if extra:
            wrong.append(f"{metric}/{situation}: columns outside the contract: {sorted(extra)}")
        if ours != theirs:
            lines = [f"{metric}/{situation}: rows differ"]
            lines += [f"  only DuckDB: {row}" for row in ours if row not in theirs]
            lines += [f"  only engine: {row}" for row in theirs if row not in ours]
            wrong.append("\n".join(lines if len(lines) > 1 else lines + [f"  {len(ours)} rows against {len(theirs)}"]))
        checked += 1
    print("\n".join(wrong + [f"{checked} cases on DuckDB {duckdb.__version__}, {len(wrong)} differ"]))
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
