"""Re-performs a pack on another engine: the SQL in metrics/ over canonical/*.parquet must give the rows in evidence/.

usage: pack_check.py PACK [duckdb|datafusion|spark]

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
engine = sys.argv[2] if len(sys.argv) > 2 else "duckdb"
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


class DuckDb:
    def __init__(self):
        self.db = duckdb.connect()

    def table(self, name, path, columns):
        if path.exists():
            self.db.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{path}')")
        else:
            self.db.execute(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})")

    def view(self, name, sql):
        self.db.execute(f"CREATE VIEW {name} AS {sql}")

    def rows(self, sql):
        have = self.db.execute(f"SELECT * FROM ({sql})")
        names = [column[0] for column in have.description]
        return [dict(zip(names, row)) for row in have.fetchall()]


class DataFusion:
    def __init__(self):
        import datafusion

        self.db = datafusion.SessionContext()

    def table(self, name, path, columns):
        if path.exists():
            self.db.register_parquet(name, str(path))
        else:
            columns = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            self.db.sql(f"CREATE TABLE {name} ({columns})").collect()

    def view(self, name, sql):
        self.db.sql(f"CREATE VIEW {name} AS {sql}").collect()

    def rows(self, sql):
        return [row for batch in self.db.sql(sql).collect() for row in batch.to_pylist()]


class Spark:
    TYPES = {"VARCHAR": "STRING", "BIGINT": "BIGINT", "INTEGER": "INT", "BOOLEAN": "BOOLEAN"}

    def __init__(self):
        from pyspark.sql import SparkSession

        # Few rows: compiling a plan would take longer than running it.
        settings = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.host": "localhost",
            "spark.sql.shuffle.partitions": "1",
            "spark.sql.adaptive.enabled": "false",
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        }
        builder = SparkSession.builder.master("local[2]")
        for name, value in settings.items():
            builder = builder.config(name, value)
        self.db = builder.getOrCreate()
        self.db.sparkContext.setLogLevel("ERROR")

    def table(self, name, path, columns):
        kinds = ", ".join(f"{column} {self.TYPES[kind]}" for column, kind in columns.items())
        frame = self.db.read.parquet(str(path)) if path.exists() else self.db.createDataFrame([], kinds)
        frame.createOrReplaceTempView(name)

    def view(self, name, sql):
        # Computed once: a plan through all views is planned anew by each metric.
        self.db.sql(sql).cache().createOrReplaceTempView(name)

    def rows(self, sql):
        return [row.asDict() for row in self.db.sql(sql).collect()]


db = {"duckdb": DuckDb, "datafusion": DataFusion, "spark": Spark}[engine]()
schema = json.loads((pack / "canonical" / "schema.json").read_text())
for table, columns in schema.items():
    db.table(table, pack / "canonical" / f"{table}.parquet", columns)
views = (pack / "metrics" / "_views.sql").read_text()
for name, sql in re.findall(r"-- view: (\w+)\n(.*?)(?=\n-- view: |\Z)", views, re.S):
    db.view(name, bound(sql).strip().rstrip(";"))

TIMES = ["began_lo", "began_hi", "ended_lo", "ended_hi", "seen_until"]
TEXTS = ["subject_kind", "subject", "system", "person_id", "account_key", "credential_key", "state", "note"]


def neutral(text):
    """Undoes what keeps spreadsheets from running a cell."""
    return text[1:] if text.startswith("'") else text


def evidence(name):
    if name.endswith(".parquet"):
        for row in duckdb.execute(f"SELECT {', '.join(TEXTS + TIMES)} FROM read_parquet('{pack / name}')").fetchall():
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
    found = [
        tuple(cells.get(name) or None for name in TEXTS) + tuple(cells.get(name) for name in TIMES)
        for cells in db.rows(sql)
    ]
    ours = sorted(evidence(metric["evidence"]), key=repr)
    theirs = sorted(found, key=repr)
    checked += 1
    rows += len(ours)
    if ours != theirs:
        failed += 1
        both = set(map(repr, ours)) ^ set(map(repr, theirs))
        print(f"{metric['id']}: {len(ours)} rows in the pack, {len(theirs)} on {engine}; first difference:", min(both, default="order"))
print(f"{rows} rows of {checked} metrics compared; {checked - failed} passed, {failed} failed")
sys.exit(1 if failed or not rows else 0)
