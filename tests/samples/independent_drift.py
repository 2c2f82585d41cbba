"""Works out what changed between two quarters of the Acme samples, without the engine.

Usage: python3 tests/samples/independent_drift.py BASELINE FROM TO CURRENT FROM TO

It takes the findings that independent.py works out from the raw files of both quarters, gives each of them one class by
its own reading of the definitions, and prints tests/samples/expected/drift-<quarters>.csv: what explains numbers first,
then the metrics whose evidence lacks something that it had before, then every finding that is listed.
"""
import csv
import sys
import tomllib
from copy import copy
from datetime import timedelta
from pathlib import Path

sys.dont_write_bytecode = True

from independent import ASIDE, DAY, Samples, at, document, table  # noqa: E402

HOUR = timedelta(hours=1)
MARKS = (HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 180 * DAY, 365 * DAY)
DAY_LIMIT = ("leaver-lag", "leaver-lag-notified", "leaver-credentials", "sync-recovery")
# Metrics of the access of leavers. Most look at those who left in the period: an open stay of an earlier period is gone
# from them whether it ended or not. All look at nobody whom HR does not know.
OF_LEAVERS = ("leaver-lag", "leaver-lag-notified", "reenabled-leaver", "former-staff-access")
# What the metrics read: who works here, lists of accounts, a log of changes.
FOR_LEAVERS = (*OF_LEAVERS, "leaver-sign-in")
ON_PEOPLE = (*FOR_LEAVERS, "hr-recording-lag", "leaver-credentials", "orphan-accounts", "ownerless-nhi", "source-conflicts")
ON_ACCOUNTS = (*FOR_LEAVERS, "orphan-accounts", "dormant-accounts", "ownerless-nhi")
ON_LOGS = (*OF_LEAVERS, "sync-recovery")
ORDER = (
    "reopened worse waiver-expired not-assessable new-in-period new aged newly-assessable waived better resolved "
    "left-period still-open unchanged"
).split()


GRAVE = ("critical", "high", "medium", "low")


def severities(folder):
    """How severe a finding of each metric is: the company's word, else the shipped one."""
    root = Path(__file__).parents[2]
    words = {}
    for path in (root / "mappings/policies/default.toml", folder / "mappings/policies/acme.toml"):
        if path.exists():
            limits = tomllib.loads(path.read_text())["metrics"]
            words.update({metric: limit["severity"] for metric, limit in limits.items()})
    return words


class Finding:
    def __init__(self, samples, row):
        self.metric, self.system, self.subject, self.result, began, ended, length = row
        self.began, self.ended, self.length = at(began), at(ended), timedelta(seconds=length)
        self.open = self.ended is None
        self.longest = samples.end - self.began if self.open and self.began else self.length
        self.waived = bool(samples.waiver(*row[:3]))
        self.severity = samples.severities[self.metric]
        self.account = next((a for a in samples.accounts.values() if (a["system"], a["username"]) == row[1:3]), None)
        self.privileged = self.account and self.account.get("privileged")
        # A person is the same one in whichever folder the file lies that says something about them.
        self.thing = (self.metric, "" if self.metric == "source-conflicts" else self.system, self.subject)
        self.stay = (*self.thing, self.began)


class Quarter:
    def __init__(self, folder, start, end):
        self.samples = Samples(folder, start, end)
        self.samples.severities = severities(self.samples.folder)
        rows = (row for row in self.samples.items() if row[3] in ("over", "indeterminate"))
        self.findings = [Finding(self.samples, row) for row in sorted(rows)]
        self.loaded = {a["system"] for a in self.samples.accounts.values()} | {c["system"] for c in self.samples.credentials}
        own = self.samples.folder / "mappings/policies/acme.toml"
        limits = tomllib.loads(own.read_text())["metrics"] if own.exists() else {}
        # The limits that ship with the tool apply where the company has none.
        self.rules = {"acme.toml": own.exists(), "mappings/policies/default.toml": "former-staff-access" not in limits}
        # The company's own mappings, and the formats of what is about the whole company: people and logs.
        for path in sorted((self.samples.folder / "mappings/sources").glob("*.toml")):
            self.rules[f"own/{path.name}"] = True
        lists = {"acme-hr": "hr/workers.csv", "agency-roster": "hr/agency-*.csv", "temps-on-site": "hr/temps-*.csv"}
        lists["entra-users (what its list leaves out) of entra"] = "entra/deleted-*.json"
        logs = {"okta-system-log": "okta/*.ndjson", "own-events": "wiki/audit-*.csv"}
        self.formats = {name for name, files in {**lists, **logs}.items() if any(self.samples.folder.glob(files))}
        self.gaps = self.gaps()

    def gaps(self):
        """What of the evidence is missing: metric -> {(what, system or none for all)}."""
        samples, gaps = self.samples, {}
        listed = {row["path"]: row for row in table(samples.folder / "extractions.csv")}

        def add(metrics, *gap):
            for metric in metrics:
                gaps.setdefault(metric, set()).add(gap)

        for path in ("hr/workers.csv", "hr/agency-roster.csv"):
            if not (samples.folder / path).exists():
                continue
            if path not in listed:
                add(ON_PEOPLE, f"{path} says no time", None)
            elif at(listed[path]["extracted_at"]) < samples.end - DAY:
                add(ON_PEOPLE, f"{path} does not reach the end", None)
        for row in table(samples.folder / "systems.csv"):
            if row["in_scope"] == "yes" and not self.sees(row["system"]):
                add(("unrotated-keys", "unknown-age-credentials"), "nothing loaded", row["system"])
        accounts = table(samples.folder / "payroll/accounts.csv")
        if any(not row["status"] for row in accounts) or len(accounts) != int(listed["payroll/accounts.csv"]["expected_rows"]):
            add(ON_ACCOUNTS, "partial", "payroll")
        pages = [document(path) for path in (samples.folder / "wiki").glob("users-page-*.json")]
        if sum(len(page["Resources"]) for page in pages) < max((page["totalResults"] for page in pages), default=0):
            add(ON_ACCOUNTS, "partial", "wiki")
        if samples.unusable["okta events"]:
            add(ON_LOGS, "partial log", "okta")
        return gaps

    def lacks(self, finding):
        """Whether something is missing behind which the finding may be."""
        return any(system in (None, finding.system) for _, system in self.gaps.get(finding.metric, ()))

    def sees(self, system):
        # Of HR there are people only; findings about people have no system of their own.
        return system in ("", "hr") or system in self.loaded

    def works_here(self, person):
        left = [leave for leave in self.samples.leaves if leave[0] == person]
        return person in self.samples.people and all(back <= self.samples.end for _, _, _, back in left)

    def population(self):
        samples = self.samples
        own = [a for a in samples.accounts.values() if a["kind"] in ("human", "unknown")]
        return {
            "people": len(samples.people),
            "leavers in the period": sum(samples.start <= leave[1] < samples.end for leave in samples.leaves),
            "accounts": len(samples.accounts),
            "accounts matched to nobody": sum(not a["people"] for a in own),
            "accounts that several people match": sum(len(a["people"]) > 1 for a in own),
            "credentials": len(samples.credentials),
            "events": sum(kind not in ASIDE for _, _, _, kind, _ in samples.events),
            "rows that could not be used": samples.unusable.total(),
        }


def context(old, new):
    def changed(kind, what, before, after):
        return [("context", kind, what, f"{before} -> {after}")] if before != after else []

    limits = [f"{quarter.samples.key_limit.days} d" for quarter in (old, new)]
    yield from changed("limit", "limit of unrotated-keys", *limits)
    for name in sorted(old.rules | new.rules):
        used = ["there" if quarter.rules.get(name) else "not there" for quarter in (old, new)]
        yield from changed("rule", name, *used)
    for name in sorted(old.formats ^ new.formats):
        yield from changed("source", name, *("read" if name in q.formats else "not there" for q in (old, new)))
    for system in sorted(old.loaded ^ new.loaded):
        yield from changed("system", system, *("loaded" if system in q.loaded else "not loaded" for q in (old, new)))
    for what, before in old.population().items():
        yield from changed("population", what, before, new.population()[what])


def of_both(before, after, between, limit):
    if before.open and not after.open:
        return "resolved"
    if before.waived and not after.waived:
        return "waiver-expired"
    if after.open and not before.open:
        return "reopened"
    if after.waived and not before.waived:
        return "waived"
    if is_worse(before, after, between):
        return "worse"
    if is_older(before, after, limit):
        return "aged"
    lost = before.result == "over" and after.result == "indeterminate"
    if lost or (before.privileged, after.privileged) == (True, False):
        return "better"
    # Of what may be over, a length within the limit says nothing.
    says = after.result == "over" or before.length > (limit or 0 * DAY)
    if before.open == after.open and after.length < before.length and says:
        return "better"
    return "still-open" if after.open else "unchanged"


def is_worse(before, after, between):
    if (before.privileged, after.privileged) == (False, True):
        return True
    if (before.result, after.result) == ("indeterminate", "over"):
        return True
    if before.open != after.open or after.length <= before.length:
        return False
    if not after.open:
        return True
    return before.began != after.began and after.length - before.length > between


def is_older(before, after, limit):
    """Whether what is open has passed a mark, or may have."""
    if not (before.open and after.open):
        return False
    marks = [mark for mark in (*MARKS, limit) if mark and (not limit or mark >= limit)]
    return any(a <= mark < b for mark in marks for a, b in ((before.length, after.length), (before.longest, after.longest)))


def of_gone(finding, old, new, limit):
    if not finding.open and finding.ended <= new.samples.start:
        return "left-period"
    if not new.sees(finding.system):
        return "not-assessable"
    earlier = finding.began and finding.began < new.samples.start
    if finding.metric == "sync-recovery" and earlier:
        return "not-assessable" if finding.open else "left-period"  # the new log does not tell what became of it
    now = finding.account and new.samples.accounts.get((finding.account["system"], finding.account["id"]))
    if finding.metric in OF_LEAVERS and earlier:
        if not finding.open:
            return "left-period"
        [person] = finding.account["people"]
        if now and now["enabled"] and now["people"] in ([], [person]) and not new.works_here(person):
            later = copy(finding)
            later.length, later.privileged = now["observed"] - finding.began, now.get("privileged")
            return of_both(finding, later, new.samples.end - old.samples.end, limit)
        if now:
            return "resolved"
    shown = now or any(finding.subject == c["id"] for c in new.samples.credentials)
    # That it is not there any more is no sign where something is missing: it may be behind it.
    return "not-assessable" if not shown and new.lacks(finding) else "resolved"


def came(finding, old):
    """The class of a finding that the quarter before did not have."""
    if not old.sees(finding.system):
        return "newly-assessable"
    about = (finding.account and finding.account["username"], finding.system, finding.subject)
    stood = [
        other.severity
        for other in old.findings
        if other.open and not other.waived and finding.account
        and (other.account and other.account["username"], other.system, other.subject) == about
    ]
    if stood and GRAVE.index(finding.severity) < min(map(GRAVE.index, stood)):
        return "worse"  # a graver finding about an account that stood open already
    return "new-in-period" if finding.began and finding.began >= old.samples.end else "new"


def drift(old, new):
    between = new.samples.end - old.samples.end
    before = {finding.stay: finding for finding in old.findings}
    after = {finding.stay: finding for finding in new.findings}
    assert len(before) == len(old.findings) and len(after) == len(new.findings), "a stay twice"
    gone = {stay: finding for stay, finding in before.items() if stay not in after}

    def limit(metric):
        if metric == "unrotated-keys":
            return new.samples.key_limit
        return 90 * DAY if metric == "dormant-accounts" else DAY if metric in DAY_LIMIT else None

    for stay, finding in after.items():
        if stay in before:
            yield of_both(before[stay], finding, between, limit(finding.metric)), finding
            continue
        same = [other for other in old.findings if other.thing == finding.thing]
        if any(not other.open and other.ended <= finding.began for other in same):
            yield "reopened", finding
            continue
        corrected = [other for other in same if other.stay in gone]
        rivals = [other for other in after.values() if other.thing == finding.thing and other.stay not in before]
        if len(corrected) == 1 and len(rivals) == 1:
            del gone[corrected[0].stay]
            yield of_both(corrected[0], finding, between, limit(finding.metric)), finding
        else:
            yield came(finding, old), finding
    for finding in gone.values():
        yield of_gone(finding, old, new, limit(finding.metric)), finding


def main():
    old, new = Quarter(*sys.argv[1:4]), Quarter(*sys.argv[4:7])
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["class", "metric", "system", "subject"])
    out.writerows(context(old, new))
    for metric, gaps in sorted(new.gaps.items()):
        if gaps - old.gaps.get(metric, set()):
            out.writerow(["less-evidence", metric, "", ""])
    rows = [(ORDER.index(name), finding.metric, finding.system, finding.subject) for name, finding in drift(old, new)]
    out.writerows((ORDER[row[0]], *row[1:]) for row in sorted(rows) if ORDER[row[0]] != "unchanged")


main()
