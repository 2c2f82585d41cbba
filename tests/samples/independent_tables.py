"""A second computation of the metrics that `independent.py` leaves out, from the canonical tables of a pack.

It reads `canonical/*.parquet` and `manifest.json` of a pack of `overstay report`, works out each metric from the words
in docs/metrics.md, and compares every row with `evidence/METRIC.csv` and the counts with report.json. It shares no
code and no SQL with the engine: DuckDB only turns Parquet into lists. How exports become canonical tables is not
looked at here; `independent.py` and the tests of the engine do that.

    python3 tests/samples/independent_tables.py PACK [METRIC ...]

prints a line for each metric and exits with 1 when something differs. Rows are compared by kind, subject, system,
keys and state; of stays also by their bounds, except where `STATES_ONLY` names the metric. Rows without a stay have no
bounds to compare.
"""

import csv
import json
import sys
from collections import Counter, defaultdict
from datetime import datetime, timezone
from pathlib import Path

import duckdb

DAY = 86_400_000_000
HOUR = DAY // 24
EVER = 1 << 62
PERSONAL = (None, "human", "unknown")
STATES_ONLY = set()
METRICS = {}
INDICATORS = {}


def metric(name):
    def keep(function):
        METRICS[name] = function
        return function

    return keep


def indicator(name):
    def keep(function):
        INDICATORS[name] = function
        return function

    return keep


def micros(text):
    """An RFC 3339 time in UTC as whole microseconds since 1970."""
    if not text:
        return None
    time = datetime.fromisoformat(text.replace("Z", "+00:00"))
    whole = int(time.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + time.microsecond


def words(time):
    if time is None:
        return "-"
    try:
        return datetime.fromtimestamp(time / 1e6, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + f".{time % 1_000_000:06}"
    except (ValueError, OverflowError, OSError):
        return str(time)


def latest(*times):
    """The latest of those that are known."""
    return max((time for time in times if time is not None), default=None)


def earliest(*times):
    return min((time for time in times if time is not None), default=None)


def unread(row, *columns):
    return any(f";{column};" in (row["unread"] or "") for column in columns)


class Run:
    """A time with or without access: it began in [since, by], and was seen until `seen`."""

    def __init__(self, row):
        self.on, self.basis = row["enabled"], row["basis"]
        self.since, self.by = row["from_lo"], row["from_hi"] if row["from_hi"] is not None else row["seen_until"]
        self.over, self.over_by = row["to_lo"], row["to_hi"]
        self.seen = latest(row["seen_until"], row["from_hi"])


class Pack:
    def __init__(self, folder):
        self.folder = Path(folder)
        manifest = json.loads((self.folder / "manifest.json").read_text())
        self.report = json.loads((self.folder / "report.json").read_text())
        self.start, self.end = micros(manifest["period"]["from"]), micros(manifest["period"]["to"])
        self.now = micros(manifest["as_of"])
        for table in (
            "people employments moves accounts account_states ownerships entitlements events credentials reviews"
            " candidates log_windows role_spans role_grants waiver_uses sources systems"
        ).split():
            setattr(self, table, self.read(table))
        self.by_key = {row["account_key"]: row for row in self.accounts}
        self.persons = {row["person_id"]: row for row in self.people}
        self.register = {row["system"]: row for row in self.systems}
        self.runs = defaultdict(list)
        for row in self.account_states:
            if row["enabled"] is not None:
                self.runs[row["account_key"]].append(Run(row))
        for runs in self.runs.values():
            runs.sort(key=lambda run: (run.since if run.since is not None else -EVER, run.by))
        self.jobs = defaultdict(list)
        for row in self.employments:
            self.jobs[row["person_id"]].append(row)
        self.possible = defaultdict(set)
        for row in self.candidates:
            self.possible[row["account_key"]].add(row["person_id"])
        self.windows = defaultdict(list)
        for row in self.log_windows:
            self.windows[row["system"], row["about"]].append((row["covers_from"], row["covers_to"]))
        self.sign_ins = defaultdict(list)
        for row in self.events:
            if row["action"] == "sign_in" and row["outcome"] == "success" and row["occurred_at"] <= self.now:
                self.sign_ins[row["account_key"]].append(row)
        self.leaves = list(self.find_leaves())
        self.departed = {}
        for leave in self.leaves:
            if leave["back"] is None:
                self.departed[leave["person"]] = leave

    def read(self, table):
        path = self.folder / "canonical" / f"{table}.parquet"
        if not path.exists():
            return []
        rows = duckdb.sql(f"SELECT * FROM '{path}'")
        return [dict(zip(rows.columns, row)) for row in rows.fetchall()]

    # ---- terms

    def find_leaves(self):
        """Employments that were over at as-of, or may have been."""
        garbled = {p["person_id"] for p in self.people if unread(p, "ended", "status")}
        for job in self.employments:
            ended, low, high = job["ended_at"], job["left_lo"], job["left_hi"]
            if ended is None:
                if job["person_id"] not in garbled or latest(job["started_at"], 0) > self.now:
                    continue
                low, high, doubt = None, self.now, "what HR says of the end was not understood"
            else:
                doubt = "HR gives no leave date" if job["basis"] == "undated" and low is None else None
                if job["basis"] not in ("absence", "undated"):
                    low = ended if low is None else low
                high = ended if high is None else high
            if low is not None and low > self.now:
                continue
            following = job["next_started_at"]
            yield {
                "person": job["person_id"],
                "low": low,
                "high": high,
                "doubt": doubt,
                "next": following,
                "back": following if following is not None and following <= self.now else None,
                "in_period": high >= self.start and (low is None or low < self.end),
                "job": job,
            }

    def name(self, account):
        return account["username"] or account["email"] or account["account_id"]

    def seen(self, row):
        """The last sight of an account or a credential, never after as-of."""
        return earliest(row["observed_at"], self.now) if row["observed_at"] is not None else None

    def access(self, account):
        """Whether an account could sign in when last observed, at the latest at as-of: on, off, or why that is unknown."""
        if unread(account, "status"):
            return "status not understood"
        for run in self.runs[account["account_key"]]:
            if (run.over_by or 0) > self.now and (run.since is None or run.by <= self.now):
                if run.over <= self.now:
                    return "changed around as-of"
                return "on" if run.on else "off"
        if account["status"] in ("disabled", "suspended", "deleted"):
            return "off"
        if account["status"] != "active":
            return "status not known"
        return "on" if account["observed_at"] is not None else "known from a log only"

    def covered(self, system, about, time):
        """The window of the logs of a system that holds an instant."""
        held = [w for w in self.windows[system, about] if w[0] <= time <= w[1]]
        return (min(w[0] for w in held), max(w[1] for w in held)) if held else (time, time)

    def covers(self, system, about, since, until):
        return any(a <= since and b >= until for a, b in self.windows[system, about])

    def proven(self, account, run):
        """Until when a time with or without access surely lasted."""
        until = self.covered(account["system"], "changes", run.seen)[1]
        return max(run.seen, min(until, run.over if run.over is not None else EVER))

    def employed(self, person, time=None):
        """Whether a person was employed at an instant; None if that is not known."""
        time = self.now if time is None else time
        for job in self.jobs[person]:
            if (job["started_at"] is None or job["started_at"] <= time) and (job["ended_at"] is None or job["ended_at"] > time):
                return True
        return False

    # ---- rows

    def row(self, kind, subject, system, state, began=None, ended=None, seen=None, account=None, credential=None):
        began, ended = began or (None, None), ended or (None, None)
        return (kind, subject, system or "", account or "", credential or "", state, *began, *ended, seen)

    def of_account(self, account, state, began=None, ended=None, seen=None, subject=None, kind="account"):
        subject = subject or self.name(account)
        return self.row(kind, subject, account["system"], state, began, ended, seen, account["account_key"])

    def of_credential(self, credential, state, began=None, ended=None, seen=None):
        keys = (credential["account_key"], credential["credential_key"])
        return self.row("credential", credential["credential_id"], credential["system"], state, began, ended, seen, *keys)

    def result(self, row, limit, kind):
        state, (low, high, over, over_by, seen) = row[5], row[6:11]
        if state in ("unknown", "excluded"):
            return state
        if state == "none":
            return "within"
        if state == "closed":
            shortest = max((over or high) - high, 0) if high is not None else 0
            longest = over_by - low if low is not None and over_by is not None else EVER
        else:
            shortest = max(seen - high, 0) if high is not None else 0
            longest = self.now - low if low is not None else EVER
        return "over" if shortest > limit else "within" if longest <= limit else "indeterminate"


# ---- credentials


def sight(pack, c):
    """The last sight of a credential: in an export, or in a log of its making where no export shows it."""
    time = c["observed_at"] if c["observed_at"] is not None else c["active_at"]
    return None if time is None else min(time, pack.now)


def gate(pack, c):
    """None if a credential was active, and not expired, when last observed; else `excluded` or `unknown`."""
    if c["kind"] == "root_password" or (c["created_at"] or 0) > pack.now:
        return "excluded"
    if unread(c, "status", "expires_at"):
        return "unknown"
    seen = sight(pack, c)
    over = c["expires_at"] is not None and seen is not None and c["expires_at"] <= seen
    if c["status"] in ("inactive", "expired", "deleted") or over or c["self_rotating"]:
        return "excluded"
    return "unknown" if c["status"] != "active" or seen is None else None


@metric("unused-credentials")
def unused_credentials(pack):
    logged = defaultdict(list)
    for event in pack.events:
        if event["action"] == "sign_in" and event["outcome"] == "success" and event["credential_id"]:
            logged[event["system"], event["credential_id"]].append(event["occurred_at"])
    for c in pack.credentials:
        state, seen, began = gate(pack, c), sight(pack, c), None
        if state is None and unread(c, "last_used", "activity"):
            state = "unknown"
        elif state is None:
            newest = latest(*(time for time in logged[c["system"], c["credential_id"]] if time <= pack.now))
            if c["activity"] == "seen" and c["last_used_hi"] is not None:
                low = latest(c["last_used_lo"] if c["last_used_lo"] is not None else c["created_at"], newest)
                began = low, latest(c["last_used_hi"], newest)
            elif c["activity"] == "never" and latest(c["created_at"], newest) is not None:
                began = (latest(c["created_at"], newest),) * 2
            elif c["activity"] != "never" and newest is not None:
                began = newest, max(seen, newest)
            surely = c["activity"] == "seen" and c["last_used_lo"] is not None
            state = "unknown" if not began else "none" if surely and in_use(pack, began[0], seen) else "open"
        if state == "open":
            began = (None if began[0] is None else min(began[0], seen), min(began[1], seen))
        yield pack.of_credential(c, state, began, seen=seen)


def in_use(pack, use, seen):
    """Used after as-of: surely used up to the last sight, which reaches as-of (less a day, as evidence may)."""
    return use >= seen and seen >= pack.now - DAY


@metric("long-lived-secrets")
def long_lived_secrets(pack):
    for c in pack.credentials:
        state, seen, began, ended = gate(pack, c), sight(pack, c), None, None
        if state is None:
            since = latest(c["created_at"], c["rotated_at"])
            if unread(c, "created_at", "rotated_at", "expiry") or since is None or since > pack.now:
                state = "unknown"
            elif c["expiry"] == "date" and c["expires_at"] is not None:
                state, end = "closed", min(c["expires_at"], pack.now)
                began, ended = (end - (c["expires_at"] - since),) * 2, (end, end)
            elif c["expiry"] == "never":
                state, began = "open", (since, since)
            else:
                state = "unknown"
        yield pack.of_credential(c, state, began, ended, seen if state == "open" else None)


def removal(pack, c):
    """When a credential was removed: by the log, else between two exports."""
    for event in sorted(pack.events, key=lambda e: e["occurred_at"]):
        if event["action"] == "key_delete" and event["outcome"] == "success" and event["system"] == c["system"]:
            if event["credential_id"] == c["credential_id"]:
                return event["occurred_at"], event["occurred_at"]
    return (c["gone_lo"], c["gone_hi"]) if c["status"] == "deleted" and c["gone_hi"] is not None else None


@metric("expired-present")
def expired_present(pack):
    for c in pack.credentials:
        seen, removed, expiry = sight(pack, c), removal(pack, c), c["expires_at"]
        past = expiry is not None and expiry <= pack.now
        if (c["created_at"] or 0) > pack.now:
            continue
        # Of a credential whose status is not known and that has no expiry the words could be read as an unknown item,
        # too: "where the status is not known". It is taken as one that is not known to have expired, and no item.
        if unread(c, "expires_at") or (unread(c, "status") and (past or expiry is None)):
            yield pack.of_credential(c, "unknown")
        elif (past or c["status"] == "expired") and not (removed and past and removed[1] <= expiry):
            if past:
                began = expiry, expiry
            else:
                began = latest(c["active_at"], c["created_at"]), seen - 1
            if c["self_rotating"]:
                yield pack.of_credential(c, "excluded")
            elif c["status"] in (None, "unknown") or seen is None and not removed:
                yield pack.of_credential(c, "unknown")
            elif removed and removed[0] <= pack.now:
                yield pack.of_credential(c, "closed", began, (max(removed[0], began[1]), removed[1]))
            else:
                yield pack.of_credential(c, "open", began, seen=pack.now if removed else max(seen, began[1]))


@metric("inactive-not-deleted")
def inactive_not_deleted(pack):
    switched = defaultdict(list)
    for event in pack.events:
        if event["outcome"] == "success" and event["action"] in ("key_disable", "key_enable"):
            switched[event["system"], event["credential_id"]].append((event["occurred_at"], event["action"]))
    for c in pack.credentials:
        seen, removed = sight(pack, c), removal(pack, c)
        log = [item for item in sorted(switched[c["system"], c["credential_id"]]) if item[0] <= pack.now]
        off = log[-1][0] if log and log[-1][1] == "key_disable" else None
        # The last export before the removal may show it inactive already.
        shown = c["status"] == "deleted" and c["gone_hi"] is not None and latest(c["active_at"], 0) < c["gone_lo"] < c["gone_hi"]
        worked = latest(c["last_used_lo"], c["active_at"], c["created_at"])
        if (c["created_at"] or 0) > pack.now:
            continue
        if unread(c, "status"):
            yield pack.of_credential(c, "unknown")
        elif c["status"] in (None, "unknown"):
            yield pack.of_credential(c, "excluded" if c["self_rotating"] or c["kind"] == "root_password" else "unknown")
        elif c["status"] == "inactive" or c["status"] == "deleted" and (off is not None or shown):
            if c["self_rotating"] or c["kind"] == "root_password":
                yield pack.of_credential(c, "excluded")
                continue
            if off is not None:
                began = off, off
            elif c["gone_hi"] is not None:
                began = latest(worked, 0 if shown else c["gone_lo"]), c["gone_lo"] if shown else c["gone_hi"]
            else:
                began = worked, seen - 1
            if removed and removed[0] <= pack.now:
                yield pack.of_credential(c, "closed", began, removed)
            else:
                yield pack.of_credential(c, "open", began, seen=pack.now if removed else max(seen, began[1]))


# "each access key, secret, token, SSH key and API key": `key`, as the keys of Google's service accounts are called in
# the tables, is taken for an access key.
ROTATING = ("access_key", "secret", "token", "ssh_key", "api_key", "key")


@metric("rotation-overlap")
def rotation_overlap(pack):
    of_account = defaultdict(list)
    for c in pack.credentials:
        if c["account_key"] and c["kind"] in ROTATING and not c["self_rotating"] and (c["created_at"] or 0) <= pack.now:
            of_account[c["account_key"], c["kind"]].append(c)

    def vague(c):
        return unread(c, "status", "expires_at") or c["status"] in (None, "unknown")

    for c in pack.credentials:
        others = [o for o in of_account[c["account_key"], c["kind"]] if o is not c]
        if unread(c, "kind", "account_id") or c["kind"] is None and c["account_key"] and not c["self_rotating"]:
            yield pack.of_credential(c, "unknown")
        elif c not in of_account[c["account_key"], c["kind"]]:
            yield pack.of_credential(c, "excluded")
        elif vague(c) or unread(c, "created_at") or c["created_at"] is None and others:
            yield pack.of_credential(c, "unknown")
        elif c["created_at"] is None:
            yield pack.of_credential(c, "none")
        else:
            seen, ended = sight(pack, c), key_end(pack, c)
            doubt = any(vague(o) or o["created_at"] is None and key_end(pack, o) is None for o in others)
            newer = [o for o in others if not vague(o) and o["created_at"] is not None and o["created_at"] > c["created_at"]]
            newer = [o for o in newer if ended is not None or key_end(pack, o) is None]
            new = min(newer, key=lambda o: o["created_at"], default=None)
            began = new and (c["created_at"] if doubt else new["created_at"], new["created_at"])
            if new is None or ended is not None and ended[1] <= began[1]:
                yield pack.of_credential(c, "unknown" if doubt else "none")
            elif ended is None:
                yield pack.of_credential(c, "open", began, seen=max(min(seen, sight(pack, new)), began[1]))
            else:
                other = key_end(pack, new) or (EVER, EVER)
                end = min(ended[0], other[0]), min(ended[1], other[1])
                yield pack.of_credential(c, "closed", began, (max(end[0], began[1]), max(end[1], began[1])))


def key_end(pack, c):
    """When a key stopped working by as-of, or None while it works."""
    times = []
    if c["expires_at"] is not None and c["expires_at"] <= pack.now:
        times.append((c["expires_at"], c["expires_at"]))
    if c["status"] in ("inactive", "deleted") and c["gone_hi"] is not None and c["gone_lo"] <= pack.now:
        times.append((c["gone_lo"], c["gone_hi"]))
    elif c["status"] in ("inactive", "deleted", "expired") and c["observed_at"] is not None and not times:
        times.append((latest(c["active_at"], c["created_at"], c["last_used_lo"]), c["observed_at"]))
    return (min(t[0] for t in times if t[0] is not None), min(t[1] for t in times)) if times else None


@indicator("rotation-compliance")
def rotation_compliance(pack):
    found, kept = Counter(), Counter()
    for c in pack.credentials:
        since = latest(c["created_at"], c["rotated_at"])
        if gate(pack, c) is None and since is not None and not unread(c, "rotated_at") and not (
            unread(c, "created_at") and c["rotated_at"] is None
        ):
            seen = sight(pack, c)
            for system in (None, c["system"]):
                found[system] += 1
                kept[system] += seen - since <= 90 * DAY
    for system in found:
        yield ("within 90 days", system), (kept[system], found[system])


# ---- accounts


def last_run(pack, account):
    """The newest time with or without access that had begun at as-of."""
    begun = [run for run in pack.runs[account["account_key"]] if run.since is None or run.since <= pack.now]
    return begun[-1] if begun else None


@metric("stale-disabled")
def stale_disabled(pack):
    for a in pack.accounts:
        run = last_run(pack, a)
        deletions = [
            e["occurred_at"]
            for e in pack.events
            if e["account_key"] == a["account_key"] and e["action"] == "delete" and e["outcome"] == "success"
        ]
        deletions = sorted(time for time in deletions if run and not run.on and time >= run.by)
        logged = deletions[0] if deletions and (a["status"] == "deleted" or latest(a["observed_at"], 0) <= deletions[0]) else None
        gone = (max(a["gone_lo"], run.since or 0) if run else a["gone_lo"], a["gone_hi"]) if a["gone_hi"] is not None else None
        end = (logged, logged) if logged else gone
        around = run is not None and run.since is not None and run.by > pack.now
        status_off = a["status"] in ("disabled", "suspended")
        if (a["created_at"] or 0) > pack.now:
            yield pack.of_account(a, "excluded")
        elif unread(a, "status"):
            yield pack.of_account(a, "unknown")
        elif run and run.on and not around or run is None and a["status"] == "active":
            yield pack.of_account(a, "excluded")
        elif run is None and not status_off:
            yield pack.of_account(a, "excluded" if a["status"] == "deleted" else "unknown")
        elif run and run.basis == "absence" or run and logged == run.by and run.since == run.by:
            yield pack.of_account(a, "excluded")  # deleted without having been seen disabled before
        elif a["status"] == "deleted" and end is None or end and end[1] < pack.start:
            yield pack.of_account(a, "excluded")
        elif around or unread(a, "disabled") or a["observed_at"] is None and end is None:
            yield pack.of_account(a, "unknown")
        else:
            off = (run.since, run.by) if run else (a["disabled_lo"], latest(a["disabled_hi"]) or a["observed_at"])
            low = latest(off[0], a["created_at"])
            if end and end[0] <= pack.now:
                yield pack.of_account(a, "closed", (earliest(low, off[1]) if low is not None else None, min(off[1], end[1])), end)
            else:
                later = end or run and run.over is not None and run.over > pack.now
                seen = pack.now if later else min(latest(a["observed_at"], run and run.seen), pack.now)
                began = earliest(low, off[1], pack.now) if low is not None else None, min(off[1], seen)
                yield pack.of_account(a, "open", began, seen=seen)


@metric("never-activated")
def never_activated(pack):
    for a in pack.accounts:
        access = pack.access(a)
        used = bool(pack.sign_ins[a["account_key"]])
        if a["kind"] not in PERSONAL or access == "off" or (a["created_at"] or 0) > pack.now:
            yield pack.of_account(a, "excluded")
        elif access != "on":
            yield pack.of_account(a, "unknown")
        elif used or a["activity"] == "seen" and a["last_seen_lo"] is not None and not unread(a, "last_seen", "activity"):
            yield pack.of_account(a, "none")
        elif a["activity"] != "never" or unread(a, "last_seen", "activity") or a["created_at"] is None:
            yield pack.of_account(a, "unknown")
        else:
            seen = pack.seen(a)
            yield pack.of_account(a, "open", (min(a["created_at"], seen),) * 2, seen=seen)


@metric("stale-guests")
def stale_guests(pack):
    for a in pack.accounts:
        if a["kind"] != "guest" and not unread(a, "kind"):
            continue
        access, seen = pack.access(a), pack.seen(a)
        newest = latest(*(e["occurred_at"] for e in pack.sign_ins[a["account_key"]]))
        if access == "off" or (a["created_at"] or 0) > pack.now:
            yield pack.of_account(a, "excluded")
        elif access != "on" or unread(a, "kind", "last_seen", "activity"):
            yield pack.of_account(a, "unknown")
        else:
            watched = next((w for w in pack.windows[a["system"], "sign_ins"] if w[0] <= seen - DAY and w[1] >= seen - DAY), None)
            if a["activity"] == "seen" and a["last_seen_hi"] is not None:
                low = a["last_seen_lo"] if a["last_seen_lo"] is not None else a["created_at"]
                began = latest(low, newest), latest(a["last_seen_hi"], newest)
            elif a["activity"] == "never":
                began = (latest(a["created_at"], newest),) * 2
            elif watched and newest is not None and newest >= watched[0]:
                began = newest, newest
            elif watched:
                began = latest(a["created_at"], newest), max(watched[0], latest(a["created_at"], 0))
            elif newest is not None:
                began = newest, max(seen, newest)
            else:
                began = None
            if not began or began[1] is None:
                yield pack.of_account(a, "unknown")
            elif a["last_seen_lo"] is not None and in_use(pack, began[0], seen):
                yield pack.of_account(a, "none")
            else:
                yield pack.of_account(a, "open", (None if began[0] is None else min(began[0], seen), min(began[1], seen)), seen=seen)


@metric("duplicate-accounts")
def duplicate_accounts(pack):
    groups = defaultdict(list)
    rows = {}
    for a in pack.accounts:
        key = a["account_key"]
        if a["kind"] not in PERSONAL and not unread(a, "kind") or (a["created_at"] or 0) > pack.now:
            rows[key] = pack.of_account(a, "excluded")
        elif a["person_id"] is None:
            rows[key] = pack.of_account(a, "unknown" if a["match_rule"] == "ambiguous" else "excluded")
        else:
            groups[a["person_id"], a["system"]].append(a)
    for group in groups.values():
        murky = any(unread(a, "status", "kind", "privileged") for a in group)
        group.sort(key=lambda a: (a["created_at"] is None, a["created_at"] or 0, a["account_key"]))
        ordinary = [a for a in group if not a["privileged"]]
        for a in group:
            same = [b for b in group if bool(b["privileged"]) == bool(a["privileged"])]
            older = same[: same.index(a)]
            if a is group[0]:
                rows[a["account_key"]] = pack.of_account(a, "none")
            elif murky:
                rows[a["account_key"]] = pack.of_account(a, "unknown")
            elif not older:
                rows[a["account_key"]] = pack.of_account(a, "excluded" if a["privileged"] and ordinary else "none")
            else:
                rows[a["account_key"]] = overlap(pack, a, older)
    yield from rows.values()


def overlap(pack, a, older):
    found = []
    for run in pack.runs[a["account_key"]]:
        for other in (o for b in older for o in pack.runs[b["account_key"]]):
            if not (run.on and other.on):
                continue
            if earliest(run.seen, other.seen) < latest(run.by, other.by) or latest(run.since, other.since, 0) > pack.now:
                continue
            ends = [(r.over, r.over_by) for r in (run, other) if r.over is not None and r.over <= pack.now]
            ended = (min(e[0] for e in ends), min(e[1] for e in ends)) if ends else None
            if ended and ended[1] < pack.start:
                continue
            began = latest(run.since, other.since), latest(run.by, other.by)
            found.append((began, ended, None if ended else min(run.seen, other.seen, pack.now)))
    if not found:
        return pack.of_account(a, "none")
    began, ended, seen = max(found, key=lambda f: f[0][1])
    return pack.of_account(a, "closed" if ended else "open", began, ended, seen)


def behind(pack, a, what="owner"):
    """Who stands behind an account that cannot answer for itself: state and beginning of the time without anybody."""
    seen = pack.seen(a)
    if unread(a, "ownership", "owner") or a["ownership"] in (None, "unknown"):
        return "unknown", None
    if a["ownership"] == "named" and a["owner_live"]:
        return "none", None
    leave = pack.departed.get(a["owner_person_id"]) if a["ownership"] == "named" else None
    if leave:
        if leave["doubt"] and leave["high"] >= seen:
            return "unknown", None
        return "open", (latest(leave["low"], a["created_at"]) if leave["low"] is not None else a["created_at"], latest(leave["high"], a["created_at"]))
    created = a["created_at"]
    return "open", (None if created is None else min(created, seen), seen if created is not None and created >= seen else seen - 1)


@metric("shared-without-custodian")
def shared_without_custodian(pack):
    for a in pack.accounts:
        if a["kind"] not in ("shared", "break_glass") and not unread(a, "kind"):
            continue
        access = pack.access(a)
        if access == "off" or (a["created_at"] or 0) > pack.now:
            yield pack.of_account(a, "excluded")
        elif access != "on" or unread(a, "kind"):
            yield pack.of_account(a, "unknown")
        else:
            state, began = behind(pack, a)
            yield pack.of_account(a, state, began, seen=pack.seen(a) if began else None)


@metric("local-accounts")
def local_accounts(pack):
    for a in pack.accounts:
        if not (pack.register.get(a["system"]) or {}).get("synchronised"):
            continue
        access, seen, created = pack.access(a), pack.seen(a), a["created_at"]
        if a["kind"] not in PERSONAL or access == "off" or (created or 0) > pack.now:
            yield pack.of_account(a, "excluded")
        elif access != "on" or unread(a, "managed_by") or a["managed_by"] not in ("sync", "local"):
            yield pack.of_account(a, "unknown")
        elif a["managed_by"] == "sync":
            yield pack.of_account(a, "none")
        else:
            began = None if created is None else min(created, seen), seen if created is not None and created >= seen else seen - 1
            yield pack.of_account(a, "open", began, seen=seen)


@metric("break-glass-use")
def break_glass_use(pack):
    for a in pack.accounts:
        if a["kind"] != "break_glass" and not unread(a, "kind"):
            continue
        key, until = a["account_key"], min(pack.end, pack.now)
        run = last_run(pack, a)
        removed = a["status"] == "deleted" and (a["gone_hi"] or a["disabled_hi"] or (run.by if run and not run.on else EVER)) < pack.start
        if (a["created_at"] or 0) >= pack.end or (a["created_at"] or 0) > pack.now or removed:
            yield pack.of_account(a, "excluded")
            continue
        if unread(a, "kind"):
            yield pack.of_account(a, "unknown")
            continue
        logged = sorted({e["occurred_at"] for e in pack.sign_ins[key] if pack.start <= e["occurred_at"] < pack.end})
        for time in logged:
            yield pack.of_account(a, "closed", (time - 1,) * 2, (time, time))
        found, low, high = bool(logged), a["last_seen_lo"], a["last_seen_hi"]
        watched = pack.covers(a["system"], "sign_ins", pack.start, until - DAY)
        told = a["activity"] == "seen" and high is not None and not unread(a, "last_seen", "activity")
        near = told and any((low or high) - HOUR <= time <= high + HOUR for time in logged)
        if told and not near and high >= pack.start and (low is None or low < pack.end):
            sure = low is not None and low >= pack.start and high <= pack.end
            if sure:
                yield pack.of_account(a, "closed", (low - 1, high - 1), (low, high))
                found = True
            elif not watched:
                yield pack.of_account(a, "closed", (low, high), (low, high))
                found = True
        if found:
            continue
        # Usage data that were observed at the end of the period and show an older use, or none.
        quiet = not unread(a, "last_seen", "activity") and a["observed_at"] is not None and a["observed_at"] >= until - DAY
        quiet = quiet and (a["activity"] == "never" or told and high < pack.start)
        yield pack.of_account(a, "none" if watched or quiet else "unknown")


def first_end(pack, account, began, back=None):
    """When an account could first no longer sign in at or after `began`, as (state, ended, seen).

    Access at `began` ends with the first time without access that lasts beyond it; an account that was without access
    then has no stay. Without an end it is open as far as something was seen within, or a log was silent."""
    low, high = began
    low = high if low is None else low
    runs = pack.runs[account["account_key"]]
    offs = [run for run in runs if not run.on and (run.over is None or run.over > low)]
    signs = [e["occurred_at"] for e in pack.sign_ins[account["account_key"]] if e["occurred_at"] >= low]
    if account["last_seen_lo"] is not None and low <= account["last_seen_lo"] <= pack.now:
        signs.append(account["last_seen_lo"])
    signs = [time for time in signs if back is None or time < back]
    if not runs and not signs:
        return "unknown", None, None
    if back is not None and high >= back:
        return "none", None, None
    off = offs[0] if offs else None
    if off and off.by <= low:
        if off.over is not None and off.over < high:
            return "unknown", None, None
        kept = off.over is not None or pack.proven(account, off) >= high - DAY
        if kept or off.basis == "absence" or account["status"] == "deleted":
            return "none", None, None
        return "unknown", None, None
    if off and (off.since if off.since is not None else low) <= pack.now and (back is None or (off.since or low) < back):
        if off.over is not None and off.over < high:
            return "unknown", None, None
        return "closed", (latest(low, off.since), earliest(off.by, back)), None
    within = [pack.proven(account, run) for run in runs if run.on]
    within = [time for time in [*within, *signs] if time >= low]
    if back is not None:
        return "closed", (min(back, max([low, *within])), back), None
    if off and off.since is not None and off.since > pack.now:
        return "open", None, pack.now
    if within:
        return "open", None, min(max(within), pack.now)
    return "unknown", None, None


CONTRACTOR = ("contract", "extern", "temp", "consult", "freelanc", "vendor", "agency")


@metric("contractor-past-end")
def contractor_past_end(pack):
    ended = {id(leave["job"]): leave for leave in pack.leaves}
    for person, jobs in pack.jobs.items():
        for job in jobs:
            if not any(word in (job["worker_type"] or "").lower() for word in CONTRACTOR):
                continue
            leave = ended.get(id(job))
            for a in pack.accounts:
                mine, maybe = a["person_id"] == person, a["person_id"] is None and person in pack.possible[a["account_key"]]
                if not mine and not maybe:
                    continue
                if a["kind"] not in (*PERSONAL, "guest") or (a["created_at"] or 0) > pack.now:
                    yield pack.of_account(a, "excluded")
                elif leave is None:
                    if (job["started_at"] or 0) > pack.now:
                        continue
                    if job["ended_at"] is not None:
                        yield pack.of_account(a, "none")
                    else:
                        yield pack.of_account(a, "none" if pack.access(a) == "off" else "unknown")
                elif leave["back"] is not None and (a["created_at"] or 0) >= leave["back"]:
                    yield pack.of_account(a, "excluded")
                else:
                    began = latest(leave["low"], a["created_at"]) if leave["low"] is not None else None, latest(leave["high"], a["created_at"])
                    state, end, seen = first_end(pack, a, began, leave["back"])
                    if state in ("open", "closed") and leave["doubt"]:
                        state = "unknown"
                    elif maybe and state in ("open", "closed"):
                        began = began[0], max(began[1], pack.now)
                    if state != "unknown" and not leave["in_period"] and (state == "none" or end and end[1] < pack.start):
                        state = "excluded" if state == "closed" else state
                    yield pack.of_account(a, state, began, end, seen)


@metric("on-leave-enabled")
def on_leave_enabled(pack):
    for person in pack.people:
        away = person["status"] == "on_leave" or person["on_leave_hi"] is not None or unread(person, "on_leave")
        low, high = person["on_leave_lo"], person["on_leave_hi"]
        if not away or person["person_id"] in pack.departed or (low or 0) > pack.now:
            continue
        for a in pack.accounts:
            maybe = a["person_id"] is None and person["person_id"] in pack.possible[a["account_key"]]
            if a["person_id"] != person["person_id"] and not maybe:
                continue
            if a["kind"] not in PERSONAL or (a["created_at"] or 0) > pack.now:
                yield pack.of_account(a, "excluded")
                continue
            # The policy's zone gives a plain date its day: it counts from the start of that day.
            runs = [run for run in pack.runs[a["account_key"]] if run.since is None or run.since <= pack.now]
            first = low
            on = [run for run in runs if run.on and (first is None or run.over is None or run.over_by > first)]
            if runs and not on and first is not None:
                yield pack.of_account(a, "none")
            elif first is None or unread(person, "on_leave") or not runs or unread(a, "status") and a["observed_at"] is not None:
                yield pack.of_account(a, "unknown")
            else:
                run = on[-1]
                began = latest(first, run.since), latest(first, run.by)
                if run.over is not None and run.over <= pack.now:
                    yield pack.of_account(a, "closed", (began[0], latest(began[1], pack.now) if maybe else began[1]), (run.over, run.over_by))
                else:
                    seen = pack.now if run.over is not None else min(pack.proven(a, run), pack.now)
                    state = "open" if seen >= began[0] else "unknown"
                    yield pack.of_account(a, state, (began[0], pack.now if maybe else began[1]), seen=seen)


# ---- comparison


def evidence(pack, name):
    path = pack.folder / "evidence" / f"{name}.csv"
    if not path.exists():
        return None
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    plain = lambda text: text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t", "\r") else text
    out = []
    for row in rows:
        times = [micros(row[c]) for c in ("began_lo", "began_hi", "ended_lo", "ended_hi", "seen_until")]
        names = [plain(row[c]) for c in ("subject_kind", "subject", "system", "account_key", "credential_key", "state")]
        out.append(((*names, *times), row))
    return out


def show(row):
    return " ".join(filter(None, row[:3])) + f" [{row[5]}] began {words(row[6])}..{words(row[7])} ended {words(row[8])}..{words(row[9])} seen {words(row[10])}"


def compare(pack, name):
    given = evidence(pack, name)
    told = next(m for m in pack.report["metrics"] if m["id"] == name)
    if given is None:
        return [], f"not measured: {told['status']}"
    mine = list(METRICS[name](pack))
    stays = ("open", "closed")
    width = lambda row: row if row[5] in stays and name not in STATES_ONLY else (*row[:6], *[None] * 5)
    ours, theirs = Counter(width(row) for row in mine), Counter(width(row) for row, _ in given)
    notes = {width(row): line["note"] for row, line in given}
    faults = [f"  only here:   {show(row)}" for row in sorted((ours - theirs).elements(), key=str)]
    faults += [f"  only engine: {show(row)}  ({notes[row]})" for row in sorted((theirs - ours).elements(), key=str)]
    if name not in STATES_ONLY:
        limits = {row[:6]: int(line["limit_seconds"]) * 1_000_000 for row, line in given if line["limit_seconds"]}
        usual = (told["limit_seconds"] or 0) * 1_000_000
        counts = Counter(pack.result(row, limits.get(row[:6], usual), told["statistic"]) for row in mine)
        for word in ("within", "over", "indeterminate", "unknown", "excluded"):
            if counts[word] != told[word]:
                faults.append(f"  {word}: {counts[word]} here, {told[word]} in report.json")
        population = sum(counts[word] for word in ("within", "over", "indeterminate", "unknown"))
        if population != told["population"]:
            faults.append(f"  population: {population} here, {told['population']} in report.json")
        opened = sum(1 for row in mine if row[5] == "open")
        if opened != told["open"]:
            faults.append(f"  open: {opened} here, {told['open']} in report.json")
    faults.sort()
    return faults, f"agrees: {len(mine)} rows" + (" (states only)" if name in STATES_ONLY else "")


def compare_indicator(pack, name):
    told = next((i for i in pack.report["indicators"] if i["id"] == name), None)
    if told is None:
        return [], "not in the report"
    if told["missing"]:
        return [], "not measured"
    given = {(v["name"], v["system"]): (v["numerator"], v["denominator"]) for v in told["values"]}
    mine = dict(INDICATORS[name](pack))
    faults = [
        f"  {key}: {mine.get(key)} here, {given.get(key)} in report.json"
        for key in sorted({*given, *mine}, key=str)
        if mine.get(key) != given.get(key)
    ]
    return faults, f"agrees: {len(mine)} values"


def main():
    pack, names = Pack(sys.argv[1]), sys.argv[2:]
    failed = False
    for name in [*METRICS, *INDICATORS]:
        if names and name not in names:
            continue
        faults, word = compare(pack, name) if name in METRICS else compare_indicator(pack, name)
        failed |= bool(faults)
        print(f"{name}: " + (f"{len(faults)} differences" if faults else word))
        for fault in faults:
            print(fault)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
