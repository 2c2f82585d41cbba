"""A second computation of the metrics that `independent.py` leaves out, from the canonical tables of a pack.

It reads `canonical/*.parquet` and `manifest.json` of a pack of `overstay report`, works out each metric from the words
in docs/metrics.md, and compares every row with `evidence/METRIC.csv` and the counts with report.json. It shares no
code and no SQL with the engine: DuckDB only turns Parquet into lists. How exports become canonical tables is not
looked at here; `independent.py` and the tests of the engine do that.

    python3 tests/samples/independent_tables.py PACK [METRIC ...]

prints a line for each metric and exits with 1 when something differs. Rows are compared by kind, subject, system,
keys and state; of stays also by their bounds, except where `STATES_ONLY` names the metric. Rows without a stay have no
bounds to compare.

Some conventions are not in the words and were taken over from the engine, so no second opinion stands behind them: that
a beginning known only as "before this sight" ends a microsecond before it; how the subjects of reviews, waivers, grants
and logs are written; which items are listed as left out; that evidence may fall short of a moment by a day; that an
export from after as-of counts as one at as-of. What the words leave open is said at the place.
"""

import csv
import json
import sys
from collections import Counter, defaultdict
from datetime import datetime, timezone
from functools import partial
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
        return (
            datetime.fromtimestamp(time / 1e6, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + f".{time % 1_000_000:06}"
        )
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
        self.windows = {}
        for row in self.log_windows:
            self.windows.setdefault((row["system"], row["about"]), []).append((row["covers_from"], row["covers_to"]))
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
        """Whether an account could sign in when last observed, at the latest at as-of: on, off, or why nobody knows."""
        if unread(account, "status"):
            return "status not understood"
        for run in self.runs[account["account_key"]]:
            if (run.over_by or 0) > self.now and (run.since is None or run.by <= self.now):
                if run.over <= self.now:
                    return "changed around as-of"
                return "on" if run.on else "off"
        if account["status"] in ("disabled", "suspended", "deleted"):
            return "off"
        begun = [run for run in self.runs[account["account_key"]] if run.since is None or run.since <= self.now]
        if begun and not begun[-1].on and begun[-1].by > (account["observed_at"] or 0):
            return "off"  # switched off after the newest export, as a log tells
        if account["status"] != "active":
            return "status not known"
        return "on" if account["observed_at"] is not None else "known from a log only"

    def covered(self, system, about, time):
        """The window of the logs of a system that holds an instant."""
        held = [w for w in self.windows.get((system, about), []) if w[0] <= time <= w[1]]
        return (min(w[0] for w in held), max(w[1] for w in held)) if held else (time, time)

    def covers(self, system, about, since, until):
        return any(a <= since and b >= until for a, b in self.windows.get((system, about), []))

    def proven(self, account, run):
        """Until when a time with or without access surely lasted."""
        until = self.covered(account["system"], "changes", run.seen)[1]
        return max(run.seen, min(until, run.over if run.over is not None else EVER))

    def employed(self, person, time=None):
        """Whether a person was employed at an instant; None if that is not known."""
        time = self.now if time is None else time
        for job in self.jobs[person]:
            if (job["started_at"] is None or job["started_at"] <= time) and (
                job["ended_at"] is None or job["ended_at"] > time
            ):
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
        return self.row(
            "credential", credential["credential_id"], credential["system"], state, began, ended, seen, *keys
        )

    def result(self, row, limit, kind):
        state, (low, high, over, over_by, seen) = row[5], row[6:11]
        if state in ("unknown", "excluded"):
            return state
        if state == "none":
            return "within"
        if state == "closed":
            shortest = max((over or high) - high, 0) if high is not None else 0
            longest = min(over_by, self.now) - low if low is not None and over_by is not None else EVER
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
    if c["status"] == "deleted" and c["gone_hi"] is not None and c["gone_hi"] > pack.now:
        return "unknown"
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
            # A creation that is not understood does no harm where the rotation is known: it came before.
            blurred = unread(c, "rotated_at", "expiry") or unread(c, "created_at") and c["rotated_at"] is None
            if blurred or since is None or since > pack.now:
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
        elif (past or c["status"] == "expired" and expiry is None) and not (removed and past and removed[1] <= expiry):
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
        shown = (
            c["status"] == "deleted"
            and c["gone_hi"] is not None
            and latest(c["active_at"], 0) < c["gone_lo"] < c["gone_hi"]
        )
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
            elif c["gone_lo"] is not None and c["gone_lo"] > pack.now:
                continue  # inactive only after as-of
            elif c["gone_hi"] is not None:
                first = earliest(c.get("inactive_at"), c["gone_lo"])
                began = latest(worked, 0 if shown else c["gone_lo"]), first if shown else c["gone_hi"]
            elif worked is not None and worked >= pack.now:
                continue  # it still worked at as-of
            else:
                # Before the first export that shows it inactive; packs of before know the newest one only.
                first = c.get("inactive_at") or c["observed_at"]
                began = worked, min((first if first is not None else seen) - 1, pack.now)
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
            newer = [
                o for o in others if not vague(o) and o["created_at"] is not None and o["created_at"] > c["created_at"]
            ]
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
        if (
            gate(pack, c) is None
            and since is not None
            and not unread(c, "rotated_at")
            and not (unread(c, "created_at") and c["rotated_at"] is None)
        ):
            seen = sight(pack, c)
            for system in (None, c["system"]):
                found[system] += 1
                kept[system] += seen - since <= 90 * DAY
    for system in {None, *found}:
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
        logged = (
            deletions[0]
            if deletions and (a["status"] == "deleted" or latest(a["observed_at"], 0) <= deletions[0])
            else None
        )
        gone = (
            (max(a["gone_lo"], run.since or 0) if run else a["gone_lo"], a["gone_hi"])
            if a["gone_hi"] is not None
            else None
        )
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
                yield pack.of_account(
                    a, "closed", (earliest(low, off[1]) if low is not None else None, min(off[1], end[1])), end
                )
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
        elif (
            used or a["activity"] == "seen" and a["last_seen_lo"] is not None and not unread(a, "last_seen", "activity")
        ):
            yield pack.of_account(a, "none")
        elif (
            access != "on" or a["activity"] != "never" or unread(a, "last_seen", "activity") or a["created_at"] is None
        ):
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
            watched = next(
                (
                    w
                    for w in pack.windows.get((a["system"], "sign_ins"), [])
                    if w[0] <= seen - DAY and w[1] >= seen - DAY
                ),
                None,
            )
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
                yield pack.of_account(
                    a, "open", (None if began[0] is None else min(began[0], seen), min(began[1], seen)), seen=seen
                )


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
            if (
                earliest(run.seen, other.seen) < latest(run.by, other.by)
                or latest(run.since, other.since, 0) > pack.now
            ):
                continue
            ends = [(r.over, r.over_by) for r in (run, other) if r.over is not None and r.over <= pack.now]
            ended = (min(e[0] for e in ends), min(e[1] for e in ends)) if ends else None
            if ended and ended[1] < pack.start:
                continue
            began = latest(run.since, other.since), latest(run.by, other.by)
            if ended and began[1] >= ended[0]:
                began = began[0], ended[0] - 1  # what ended was there before
            found.append((began, ended, None if ended else min(run.seen, other.seen, pack.now)))
    if not found:
        return pack.of_account(a, "none")
    began, ended, seen = max(found, key=lambda f: f[0][1])
    return pack.of_account(a, "closed" if ended else "open", began, ended, seen)


def behind(pack, a):
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
        return "open", (
            latest(leave["low"], a["created_at"]) if leave["low"] is not None else a["created_at"],
            latest(leave["high"], a["created_at"]),
        )
    created = a["created_at"]
    return "open", (
        None if created is None else min(created, seen),
        seen if created is not None and created >= seen else seen - 1,
    )


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
            began = (
                None if created is None else min(created, seen),
                seen if created is not None and created >= seen else seen - 1,
            )
            yield pack.of_account(a, "open", began, seen=seen)


@metric("break-glass-use")
def break_glass_use(pack):
    for a in pack.accounts:
        if a["kind"] != "break_glass" and not unread(a, "kind"):
            continue
        key, until = a["account_key"], min(pack.end, pack.now)
        run = last_run(pack, a)
        removed = (
            a["status"] == "deleted"
            and (a["gone_hi"] or a["disabled_hi"] or (run.by if run and not run.on else EVER)) < pack.start
        )
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
        if told and not near and high >= pack.start and (low is None or low < until):
            sure = low is not None and low >= pack.start and high <= until
            if sure:
                yield pack.of_account(a, "closed", (low - 1, high - 1), (low, high))
                found = True
            elif not watched:
                yield pack.of_account(a, "closed", (low, high), (low, high))
                found = True
        if found:
            continue
        # Usage data that were observed at the end of the period and show an older use, or none.
        quiet = (
            not unread(a, "last_seen", "activity") and a["observed_at"] is not None and a["observed_at"] >= until - DAY
        )
        quiet = quiet and (a["activity"] == "never" or told and high < pack.start)
        yield pack.of_account(a, "none" if watched or quiet else "unknown")


def first_end(pack, account, began, back=None, following=None):
    """When an account could first no longer sign in at or after `began`, as (state, ended, seen).

    Access at `began` ends with the first time without access that lasts beyond it; an account that was without access
    then has no stay. Without an end it is open as far as something was seen within, or a log was silent."""
    low, high = began
    low = high if low is None else low
    # `following`: the next employment, if there ever is one, as sights after its beginning prove nothing before.
    following = back if following is None else following
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
    if (
        off
        and (off.since if off.since is not None else low) <= pack.now
        and (back is None or (off.since or low) < back)
    ):
        if off.over is not None and off.over < high:
            return "unknown", None, None
        return "closed", (latest(low, off.since), earliest(off.by, back)), None
    within = []
    for run in (run for run in runs if run.on):
        if following is None:
            within.append(run.seen if run.seen >= low else pack.proven(account, run))
            continue
        # Its first and its last sight, with the log around them: nothing is known of the time between.
        over = run.over if run.over is not None else EVER
        first = max(run.by, min(pack.covered(account["system"], "changes", run.by)[1], over))
        since, until = pack.covered(account["system"], "changes", run.seen)
        if run.by < following:
            within.append(min(first, following))
        if max(run.by, min(run.seen, since)) < following:
            within.append(min(max(run.seen, min(until, over)), following))
    within = [time for time in [*within, *signs] if time >= low]
    if back is not None:
        return "closed", (min(back, max([low, *within])), back), None
    if off and off.since is not None and off.since > pack.now:
        return "open", None, pack.now
    if within:
        return "open", None, min(max(within), pack.now)
    return "unknown", None, None


def returns(pack, account, left, back=None):
    """The times of access that surely began after `left`, after a time without, each as (state, ended, seen)."""
    runs = pack.runs[account["account_key"]]
    for before, run in zip(runs, runs[1:]):
        if before.on or not run.on or run.since is None or not left <= run.since <= pack.now:
            continue
        if back is not None and run.since >= back:
            continue
        if run.over is not None and run.over <= pack.now and (back is None or run.over < back):
            yield "closed", (run.over, earliest(run.over_by, back)), None
        elif back is not None:
            # As above: the first and the last sight are proven, not the time between.
            first = max(run.by, pack.covered(account["system"], "changes", run.by)[1])
            lasts = max(run.by, min(run.seen, pack.covered(account["system"], "changes", run.seen)[0])) < back
            yield "closed", (back if lasts else min(first, back), back), None
        else:
            yield "open", None, min(run.seen if run.over is None else run.over, pack.now)


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
                mine, maybe = (
                    a["person_id"] == person,
                    a["person_id"] is None and person in pack.possible[a["account_key"]],
                )
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
                    began = (
                        latest(leave["low"], a["created_at"]) if leave["low"] is not None else None,
                        latest(leave["high"], a["created_at"]),
                    )
                    state, end, seen = first_end(pack, a, began, leave["back"], leave["next"])
                    if state in ("open", "closed") and leave["doubt"]:
                        state = "unknown"
                    elif maybe and state in ("open", "closed"):
                        began = began[0], max(began[1], pack.now)
                    if (
                        state != "unknown"
                        and not leave["in_period"]
                        and (state == "none" or end and end[1] < pack.start)
                    ):
                        state = "excluded" if state == "closed" else state
                    yield pack.of_account(a, state, began, end, seen)


@metric("on-leave-enabled")
def on_leave_enabled(pack):
    for person in pack.people:
        away = (
            person["status"] == "on_leave" or person["on_leave_hi"] is not None or unread(person, "on_leave", "status")
        )
        low = person["on_leave_lo"]
        leave = pack.departed.get(person["person_id"])
        if not away:
            continue
        for a in pack.accounts:
            maybe = a["person_id"] is None and person["person_id"] in pack.possible[a["account_key"]]
            if a["person_id"] != person["person_id"] and not maybe:
                continue
            if (
                a["kind"] not in PERSONAL
                or (a["created_at"] or 0) > pack.now
                or (low or 0) > pack.now
                or leave
                and not leave["doubt"]
            ):
                yield pack.of_account(a, "excluded")
                continue
            # The policy's zone gives a plain date its day: it counts from the start of that day.
            runs = [run for run in pack.runs[a["account_key"]] if run.since is None or run.since <= pack.now]
            first = low
            on = [run for run in runs if run.on and (first is None or run.over is None or run.over_by > first)]
            if runs and not on and first is not None:
                yield pack.of_account(a, "none")
            elif (
                first is None
                or unread(person, "on_leave", "status")
                or not runs
                or unread(a, "status")
                and a["observed_at"] is not None
            ):
                yield pack.of_account(a, "unknown")
            else:
                run = on[-1]
                began = latest(first, run.since), latest(first, run.by)
                if run.over is not None and run.over <= pack.now:
                    yield pack.of_account(
                        a,
                        "closed",
                        (began[0], latest(began[1], pack.now) if maybe else began[1]),
                        (max(run.over, began[0]), run.over_by),
                    )
                else:
                    sight = run.seen if run.seen >= began[0] else pack.proven(a, run)
                    seen = pack.now if run.over is not None else min(sight, pack.now)
                    state = "open" if seen >= began[0] else "unknown"
                    yield pack.of_account(a, state, (began[0], pack.now if maybe else began[1]), seen=seen)


# ---- machine identities and agents


@metric("unreviewed-nhi")
def unreviewed_nhi(pack):
    exports = defaultdict(list)
    for r in pack.reviews:
        exports[r["account_key"]].append(r)
    newest = latest(*(r["observed_at"] for r in pack.reviews))
    for a in pack.accounts:
        if a["kind"] not in ("service", "agent") and not unread(a, "kind"):
            continue
        access, seen, created = pack.access(a), pack.seen(a), a["created_at"]
        if access == "off" or (created or 0) > pack.now:
            yield pack.of_account(a, "excluded")
        elif access != "on" or unread(a, "kind"):
            yield pack.of_account(a, "unknown")
        else:
            done, maybe = [], []
            for r in exports[a["account_key"]]:
                garbled = garbled_decision(r)
                if r["decision"] in ("keep", "revoke") and r["decided_at"] is not None and not garbled:
                    if r["decided_at"] <= pack.now:
                        done.append(r["decided_at"])
                elif r["decision"] in ("keep", "revoke", "unknown") or garbled:
                    maybe.append(min(r["observed_at"], pack.now))
            seen = min(seen, newest) if newest is not None else seen
            since = latest(*done)
            low = since if since is not None else created
            high = since if since is not None else created if created is not None else seen - 1
            if maybe:
                high = max([high, *maybe])
            low = None if low is None else min(low, seen)
            yield pack.of_account(a, "open", (low, min(high, seen)), seen=seen)


@metric("agent-without-sponsor")
def agent_without_sponsor(pack):
    listed = {a["system"] for a in pack.accounts if a["kind"] == "agent"}
    for a in pack.accounts:
        acts = a["parent_id"] is not None or unread(a, "parent_id")
        if a["kind"] != "agent" and not acts and not unread(a, "kind"):
            continue
        access, seen, created = pack.access(a), pack.seen(a), a["created_at"]
        if access == "off" or (created or 0) > pack.now:
            yield pack.of_account(a, "excluded")
            continue
        if access != "on" or unread(a, "kind", "parent_id"):
            yield pack.of_account(a, "unknown")
            continue
        just = (
            None if created is None else min(created, seen),
            seen if created is not None and created >= seen else seen - 1,
        )
        if acts:
            agent = next(
                (b for b in pack.accounts if b["system"] == a["system"] and b["account_id"] == a["parent_id"]), None
            )
            if agent is None:
                if a["system"] not in listed:
                    yield pack.of_account(a, "unknown")
                else:
                    yield pack.of_account(a, "open", just, seen=seen)
                continue
            there = pack.access(agent)
            if there == "off":
                run = last_run(pack, agent)
                off = (
                    (run.since, run.by)
                    if run and not run.on
                    else (agent["disabled_lo"], latest(agent["disabled_hi"]) or agent["observed_at"])
                )
                low, high = latest(off[0], created) if off[0] is not None else created, latest(off[1], created)
                yield pack.of_account(a, "open", (low, min(high, seen)), seen=seen)
                continue
            if there != "on":
                yield pack.of_account(a, "unknown")
                continue
            if a["ownership"] != "named":
                yield pack.of_account(a, "none")
                continue
        state, began = behind(pack, a)
        yield pack.of_account(a, state, began, seen=seen if began else None)


@metric("dormant-agents")
def dormant_agents(pack):
    keys = defaultdict(list)
    for c in pack.credentials:
        if c["account_key"]:
            keys[c["account_key"]].append(c)
    for a in pack.accounts:
        if a["kind"] != "agent" and not unread(a, "kind"):
            continue
        access, seen, created = pack.access(a), pack.seen(a), a["created_at"]
        if access == "off" or (created or 0) > pack.now:
            yield pack.of_account(a, "excluded")
        elif access != "on" or unread(a, "kind", "last_seen", "activity"):
            yield pack.of_account(a, "unknown")
        else:
            uses = [(e["occurred_at"], e["occurred_at"]) for e in pack.sign_ins[a["account_key"]]]
            for c in keys[a["account_key"]]:
                if c["last_used_hi"] is not None and not unread(c, "last_used"):
                    uses.append((c["last_used_lo"], c["last_used_hi"]))
            if a["activity"] == "seen" and a["last_seen_hi"] is not None:
                uses.append((a["last_seen_lo"], a["last_seen_hi"]))
            elif a["activity"] != "never" and uses:
                uses.append((None, seen))
            low = latest(*(use[0] for use in uses))
            began = (low if low is not None else created, latest(*(use[1] for use in uses)))
            if not uses and a["activity"] == "never":
                began = created, created
            if began[1] is None:
                yield pack.of_account(a, "unknown")
            elif low is not None and a["activity"] == "seen" and in_use(pack, low, seen):
                yield pack.of_account(a, "none")
            else:
                began = None if began[0] is None else min(began[0], seen), min(began[1], seen)
                yield pack.of_account(a, "open", began, seen=seen)


@metric("human-use-of-nhi")
def human_use_of_nhi(pack):
    until = min(pack.end, pack.now)
    for a in pack.accounts:
        if a["kind"] not in ("service", "agent") and not unread(a, "kind"):
            continue
        created = a["created_at"] or 0
        signs = sorted(
            e["occurred_at"]
            for e in pack.sign_ins[a["account_key"]]
            if pack.start <= e["occurred_at"] < pack.end and e["interactive"] is not False
        )
        used = any(pack.start <= e["occurred_at"] < pack.end for e in pack.sign_ins[a["account_key"]])
        run = last_run(pack, a)
        off_before = run is not None and not run.on and run.by < pack.start and not unread(a, "status")
        later = created > pack.now or created >= pack.end and not used
        if later or off_before and not used and not (a["last_seen_hi"] or 0) >= pack.start:
            yield pack.of_account(a, "excluded")
        elif unread(a, "kind"):
            yield pack.of_account(a, "unknown")
        elif signs:
            yield pack.of_account(a, "closed", (signs[0] - 1,) * 2, (signs[-1],) * 2)
        else:
            watched = pack.covers(a["system"], "sign_ins", max(pack.start, created), until - DAY)
            told = (
                not unread(a, "last_seen", "activity")
                and a["observed_at"] is not None
                and a["observed_at"] >= until - DAY
            )
            quiet = told and (
                a["activity"] == "never"
                or a["activity"] == "seen"
                and a["last_seen_hi"] is not None
                and a["last_seen_hi"] < pack.start
            )
            yield pack.of_account(a, "none" if watched or quiet else "unknown")


# ---- synchronisation

CHANGES = ("create", "enable", "disable", "delete", "update", "grant", "revoke", "sync")


def rejected(event):
    """A skipped attempt counts as a failure where the log says that the attributes were not valid."""
    text = (event["error"] or "").lower()
    return event["outcome"] == "skipped" and "attribute" in text and "valid" in text[text.index("attribute") :]


@metric("sync-failed-leavers")
def sync_failed_leavers(pack):
    attempts = defaultdict(list)
    for e in pack.events:
        if e["action"] in CHANGES and e["occurred_at"] <= pack.now:
            failed = (e["outcome"] == "failure" or rejected(e)) and e["actor_kind"] not in ("admin", "self")
            if failed or e["outcome"] == "success":
                detail = e["entitlement"] or e["attribute"] or ""
                target = (
                    e["account_key"] or (e["subject_text"] or "").lower() or e["account_id"] or e["person_id"] or ""
                )
                key = (e["system"], e["intent_id"]) if e["intent_id"] else (e["system"], target, e["action"], detail)
                attempts[key].append((e["occurred_at"], not failed, e))
    for tries in attempts.values():
        tries.sort(key=lambda t: t[:2])
        failures = []
        for time, succeeded, event in [*tries, (EVER, None, None)]:
            if succeeded is False:
                failures.append(event)
                continue
            first, failed = failures[0] if failures else None, failures
            failures = []
            if first is None or not any(pack.start <= f["occurred_at"] < pack.end for f in failed):
                continue
            if first["action"] not in ("disable", "delete"):
                continue
            last = failed[-1]["occurred_at"]
            known = max([last] + [pack.covered(first["system"], about, last)[1] for about in ("changes", "pushes")])
            detail = first["entitlement"] or first["attribute"] or ""
            shown = (
                first["subject_text"] or first["account_id"] or first["account_key"] or first["person_id"] or "unnamed"
            )
            subject = f"{first['action']} {shown}" + (f": {detail}" if detail else "")
            row = ("intent", subject, first["system"])
            began = (first["occurred_at"],) * 2
            if succeeded:
                yield pack.row(*row, "closed", began, (min(time, known), time), account=first["account_key"])
            else:
                yield pack.row(*row, "open", began, seen=min(known, pack.now), account=first["account_key"])


@metric("log-gaps")
def log_gaps(pack):
    until = min(pack.end, pack.now)
    for (system, about), windows in pack.windows.items():
        if about == "pushes":
            continue
        subject = "log of changes" if about == "changes" else "log of sign-ins"
        reach, gaps = pack.start, []
        for low, high in sorted(windows):
            if low > reach and reach < until:
                gaps.append((reach, min(low, until), low <= until))
            reach = max(reach, high)
        if reach < until:
            gaps.append((reach, until, False))
        for low, high, closed in gaps:
            if closed:
                yield pack.row("log", subject, system, "closed", (low, low), (high, high))
            else:
                yield pack.row("log", subject, system, "open", (low, low), seen=until)
        if not gaps:
            yield pack.row("log", subject, system, "none")


@metric("out-of-band-change")
def out_of_band_change(pack):
    for e in pack.events:
        if not (pack.register.get(e["system"]) or {}).get("synchronised"):
            continue
        if e["action"] not in ("create", "enable", "disable", "delete", "grant", "revoke") or e["outcome"] != "success":
            continue
        if not (pack.start <= e["occurred_at"] < pack.end and e["occurred_at"] <= pack.now):
            continue
        a = pack.by_key.get(e["account_key"])
        shown = e["subject_text"] or e["account_id"] or e["account_key"] or e["person_id"] or "unnamed"
        detail = e["entitlement"] or e["attribute"] or ""
        row = ("intent", f"{e['action']} {shown}" + (f": {detail}" if detail else ""), e["system"])
        time, key = e["occurred_at"], e["account_key"]
        if a and a["kind"] not in PERSONAL:
            yield pack.row(*row, "excluded", account=key)
        elif e["actor_kind"] == "sync":
            yield pack.row(*row, "none", account=key)
        elif e["actor_kind"] in ("admin", "self", "agent"):
            yield pack.row(*row, "closed", (time - 1,) * 2, (time, time), account=key)
        else:
            yield pack.row(*row, "unknown", account=key)


@metric("state-contradiction")
def state_contradiction(pack):
    """A creation counts as a change of access only where the tables let access begin with it: some systems make
    accounts that nobody can sign in with yet, and say so in their exports only."""
    for a in pack.accounts:
        runs = pack.runs[a["account_key"]]
        begun = {run.by for run in runs if run.on and run.basis == "event" and run.since == run.by}
        logged = sorted(
            (e["occurred_at"], e["action"] in ("create", "enable"))
            for e in pack.events
            if e["account_key"] == a["account_key"]
            and e["outcome"] == "success"
            and e["occurred_at"] <= pack.now
            and (
                e["action"] in ("enable", "disable", "delete") or e["action"] == "create" and e["occurred_at"] in begun
            )
        )
        # Deleted after it was switched off, it stays off: what counts is the first of these.
        while len(logged) > 1 and not logged[-1][1] and not logged[-2][1]:
            logged.pop()
        # The table of events ends at as-of; the states know of later changes. An export after one of them says nothing.
        following = earliest(*(run.since for run in runs if run.basis == "event" and (run.since or 0) > pack.now))
        if not logged:
            continue
        time, on = logged[-1]
        against = [
            run for run in runs if run.on != on and run.since is not None and run.since <= pack.now and run.seen > time
        ]
        against = [run for run in against if run.since >= time]
        if against:
            run = against[-1]
            if pack.covers(a["system"], "changes", run.since, run.by):
                began = run.since, min(run.by - 1 if run.since < run.by else run.by, pack.now)
                yield pack.of_account(a, "open", began, seen=min(run.seen, pack.now))
            else:
                yield pack.of_account(a, "unknown")
        elif a["observed_at"] is None:
            yield pack.of_account(a, "unknown" if on else "excluded")
        elif a["observed_at"] < time or following is not None and a["observed_at"] >= following:
            yield pack.of_account(a, "excluded")
        elif unread(a, "status"):
            yield pack.of_account(a, "unknown")
        else:
            silent = pack.covers(a["system"], "changes", time, max(time, min(a["observed_at"], pack.now) - DAY))
            yield pack.of_account(a, "none" if silent else "unknown")


@metric("provisioning-latency")
def provisioning_latency(pack):
    until = pack.now
    ways = {"create": "on", "enable": "on", "disable": "off", "delete": "off"}

    def of_people(e):
        a = pack.by_key.get(e["account_key"])
        return e["person_id"] is not None and not (a and a["kind"] not in PERSONAL)

    sides = defaultdict(list)
    for e in pack.events:
        register = pack.register.get(e["system"])
        if (
            e["action"] in ways
            and e["occurred_at"] <= until
            and register
            and register["synchronised"] is not None
            and of_people(e)
        ):
            sides[e["person_id"], bool(register["synchronised"])].append(e)
    people = {person for person, _ in sides}
    for person in people:
        source = sorted((e for e in sides[person, False] if e["outcome"] == "success"), key=lambda e: e["occurred_at"])
        # What follows in the same direction on the same account is the same change.
        changes, last = [], {}
        for e in source:
            way = ways[e["action"]]
            if last.get(e["account_key"]) != way:
                changes.append((e["occurred_at"], way))
            last[e["account_key"]] = way
        targets = defaultdict(list)
        for e in sides[person, True]:
            by_hand = e["actor_kind"] in ("admin", "self")
            if e["outcome"] == "success" or not by_hand and (e["outcome"] == "failure" or rejected(e)):
                targets[e["account_key"] or e["subject_text"], ways[e["action"]], e["system"]].append(e)
        for (_, way, system), tries in targets.items():
            tries.sort(key=lambda e: e["occurred_at"])
            groups, current = [], []
            for time, direction in changes:
                if direction != way:
                    if current:
                        groups.append((current, time))
                    current = []
                else:
                    current.append(time)
            if current:
                groups.append((current, None))
            for times, undone in groups:
                inside = [
                    t for t in tries if t["occurred_at"] >= times[0] and (undone is None or t["occurred_at"] < undone)
                ]
                if not inside or not any(pack.start <= time < pack.end for time in times):
                    continue
                before = [time for time in times if time <= inside[0]["occurred_at"]]
                done = next((t["occurred_at"] for t in inside if t["outcome"] == "success"), None)
                first = inside[0]
                subject = f"{first['action']} {first['subject_text'] or first['account_id']}"
                began = before[0], before[-1]
                row = ("intent", subject, system)
                if done is not None:
                    # Where no log of the target covers the time before it, there may have been an earlier success.
                    last = max([began[1]] + [t["occurred_at"] for t in inside if t["occurred_at"] < done])
                    known = max(pack.covered(system, about, last)[1] for about in ("changes", "pushes"))
                    yield pack.row(*row, "closed", began, (min(done, known), done), account=first["account_key"])
                elif undone is not None:
                    yield pack.row(*row, "closed", began, (undone, undone), account=first["account_key"])
                else:
                    fail = inside[-1]["occurred_at"]
                    known = max(pack.covered(system, about, fail)[1] for about in ("changes", "pushes"))
                    yield pack.row(*row, "open", began, seen=min(known, pack.now), account=first["account_key"])


# ---- governance


def review_row(pack, r, state, began=None, ended=None, seen=None):
    # Reviews speak of accounts by the id that they give.
    subject = f"{r['entitlement']} of {r['account_id']}" if r["entitlement"] else r["account_id"]
    return pack.row("review", f"{r['campaign']}: {subject}", r["system"], state, began, ended, seen, r["account_key"])


def garbled_decision(r):
    return r["decision"] in (None, "unknown")


def decided(pack, r):
    return r["decision"] in ("keep", "revoke")


@metric("overdue-reviews")
def overdue_reviews(pack):
    for r in pack.reviews:
        due, done, seen = r["due_at"], r["decided_at"], min(r["observed_at"], pack.now)
        if garbled_decision(r) or due is None:
            yield review_row(
                pack, r, "unknown" if r["decision"] != "none" or due is None or due < pack.now else "excluded"
            )
        elif decided(pack, r) and done is not None and done <= pack.now:
            if done <= due:
                yield review_row(pack, r, "none")
            else:
                yield review_row(pack, r, "closed", (due, due), (done, done))
        elif due >= pack.now:
            yield review_row(pack, r, "excluded")
        elif decided(pack, r) and done is None:
            yield review_row(pack, r, "none" if r["observed_at"] <= due else "unknown")
        elif decided(pack, r):
            yield review_row(pack, r, "open", (due, due), seen=pack.now)
        elif seen <= due:
            yield review_row(pack, r, "unknown")
        else:
            yield review_row(pack, r, "open", (due, due), seen=seen)


@metric("self-reviews")
def self_reviews(pack):
    for r in pack.reviews:
        a, done = pack.by_key.get(r["account_key"]), r["decided_at"]
        garbled = garbled_decision(r)
        if a and a["kind"] not in (*PERSONAL, "guest"):
            yield review_row(pack, r, "excluded")
        elif not garbled and (not decided(pack, r) or done is not None and done > pack.now):
            yield review_row(pack, r, "excluded")
        elif garbled or r["reviewer_person_id"] is None or a is None or a["person_id"] is None:
            yield review_row(pack, r, "unknown")
        elif r["reviewer_person_id"] != a["person_id"]:
            yield review_row(pack, r, "none")
        elif done is None and r["observed_at"] > pack.now:
            yield review_row(pack, r, "unknown")  # it may have been decided after as-of
        elif done is None:
            seen = min(r["observed_at"], pack.now)
            yield review_row(pack, r, "open", (None, seen - 1), seen=seen)
        else:
            yield review_row(pack, r, "closed", (done - 1,) * 2, (done, done))


@metric("unexecuted-revocations")
def unexecuted_revocations(pack):
    for r in pack.reviews:
        garbled, done = garbled_decision(r), r["decided_at"]
        if garbled:
            yield review_row(pack, r, "unknown")
            continue
        if r["decision"] != "revoke" or (done or 0) > pack.now:
            continue
        if done is None:
            yield review_row(pack, r, "unknown")
            continue
        a = pack.by_key.get(r["account_key"])
        ends, sights, gone = [], [], False
        if a:
            off = None
            for run in pack.runs[r["account_key"]]:
                if run.since is not None and run.since > pack.now:
                    continue
                off = None if run.on else run
                if run.on and run.seen >= done:
                    sights.append(min(pack.proven(a, run) if run.seen < done else run.seen, pack.now))
            if off and (off.over is None or off.over > pack.now):
                if off.by <= done:
                    gone = True
                else:
                    ends.append((latest(off.since, done), off.by))
        if r["entitlement"]:
            grants = [
                g
                for g in pack.entitlements
                if g["account_key"] == r["account_key"] and g["entitlement"] == r["entitlement"]
            ]
            grants = [g for g in grants if g["granted_lo"] is None or g["granted_lo"] <= done]
            held = [g for g in grants if g["revoked_hi"] is None or g["revoked_lo"] > pack.now]
            if grants and not held:
                low, high = max((g["revoked_lo"], g["revoked_hi"]) for g in grants)
                if high <= done:
                    gone = True
                else:
                    ends.append((max(low, done), high))
            seen = [
                min(g["observed_at"], pack.now)
                for g in held
                if g["observed_at"] is not None and g["observed_at"] >= done
            ]
            sights = seen if grants else []
        if gone:
            yield review_row(pack, r, "none")
        elif ends:
            end = min(e[0] for e in ends), min(e[1] for e in ends)
            yield review_row(pack, r, "closed", (done, done), end)
        elif sights:
            yield review_row(pack, r, "open", (done, done), seen=max(sights))
        else:
            yield review_row(pack, r, "unknown")


@metric("waiver-overrun")
def waiver_overrun(pack):
    for waiver, expires, uses in waivers(pack):
        began = (expires, expires)
        state = (
            "excluded" if uses is None else "unknown" if expires is None else "none" if expires > pack.now else "open"
        )
        yield waiver_row(pack, waiver, uses, state, began, pack.now)


@metric("self-approved-waivers")
def self_approved_waivers(pack):
    for waiver, _, uses in waivers(pack):
        if uses is None:
            yield waiver_row(pack, waiver, uses, "excluded")
            continue
        approver, since = uses[0]["approver_person_id"], uses[0]["approved_at"]
        about = set()
        for use in uses:
            a = pack.by_key.get(use["account_key"]) or {}
            about |= {use["person_id"], a.get("person_id"), a.get("owner_person_id")}
        about.discard(None)
        if approver is None:
            yield waiver_row(pack, waiver, uses, "unknown")
        elif approver in about:
            began = (since, since) if since is not None else (None, pack.now - 1)
            yield waiver_row(pack, waiver, uses, "open", began, pack.now)
        else:
            yield waiver_row(pack, waiver, uses, "none")


def waivers(pack):
    groups = defaultdict(list)
    for use in pack.waiver_uses:
        groups[use["waiver_id"], use["expires_at"]].append(use)
    for (waiver, expires), uses in groups.items():
        fit = [use for use in uses if use["metric"] is not None]
        begun = not any(use["approved_at"] is not None and use["approved_at"] > pack.now for use in uses)
        yield waiver, expires, fit if fit and begun else None


def waiver_row(pack, waiver, uses, state, began=None, seen=None):
    systems = {use["system"] for use in pack.waiver_uses if use["waiver_id"] == waiver and use["metric"] is not None}
    return pack.row("waiver", waiver, systems.pop() if len(systems) == 1 else "", state, began, None, seen)


# ---- leavers


def credential_end(pack, c, began):
    """When a credential stopped working after `began`, as (state, ended, seen)."""
    low, high = began
    observed, expiry, status = c["observed_at"], c["expires_at"], c["status"]
    if status == "active":
        observed = latest(observed, c["active_at"])
    floor = low if low is not None else -EVER
    if unread(c, "status", "expires_at"):
        return "unknown", None, None
    if expiry is not None and expiry <= floor:
        return "none", None, None
    gone = (c["gone_lo"], c["gone_hi"]) if status in ("inactive", "deleted") and c["gone_hi"] is not None else None
    if gone and gone[1] <= floor:
        return "none", None, None
    if not gone and status in ("inactive", "expired", "deleted") and observed is not None and observed <= floor:
        return "none", None, None
    if gone and gone[0] > pack.now:
        return "open", None, min(observed if observed is not None else pack.now, pack.now)
    if gone:
        end = max(gone[0], high), gone[1]
    elif status == "active" and expiry is not None and expiry <= pack.now:
        end = min(expiry, max(high, observed or high)), expiry
    elif status == "active" and observed is not None and observed >= high:
        return "open", None, min(observed, pack.now)
    elif status == "expired" and expiry is not None and expiry > pack.now and (observed or 0) >= expiry:
        return "open", None, pack.now
    elif status == "expired" and expiry is not None and expiry <= pack.now:
        end = expiry, expiry
    elif status in ("inactive", "expired", "deleted") and observed is not None and observed > floor:
        end = latest(high, c["active_at"]), observed
    else:
        return "unknown", None, None
    top = min(end[1], expiry if expiry is not None else EVER)
    return "closed", (min(end[0], top), top), None


def personal(account, guests=True):
    return account["kind"] in PERSONAL or guests and account["kind"] == "guest"


@metric("full-offboarding")
def full_offboarding(pack):
    for leave in pack.leaves:
        if not leave["in_period"]:
            continue
        person, began, back = leave["person"], (leave["low"], leave["high"]), leave["back"]
        parts, maybe = [], []
        for a in pack.accounts:
            mine = a["person_id"] == person
            if not mine and not (a["person_id"] is None and person in pack.possible[a["account_key"]]):
                continue
            created = a["created_at"] or 0
            if not personal(a) or created > pack.now or back is not None and created >= back:
                continue
            since = (
                latest(began[0], a["created_at"]) if began[0] is not None else None,
                latest(began[1], a["created_at"]),
            )
            (parts if mine else maybe).append(first_end(pack, a, since, back, leave["next"]))
            if not leave["doubt"]:
                (parts if mine else maybe).extend(returns(pack, a, began[1], back))
        for c in pack.credentials:
            a = pack.by_key.get(c["account_key"])
            created = c["created_at"] or 0
            if (
                c["person_id"] != person
                or a
                and not personal(a)
                or created > pack.now
                or back is not None
                and created >= back
            ):
                continue
            since = (
                latest(began[0], c["created_at"]) if began[0] is not None else None,
                latest(began[1], c["created_at"]),
            )
            state, end, seen = credential_end(pack, c, since)
            if back is not None and state == "open":
                state, end = "closed", (back, back)
            elif back is not None and state == "closed":
                end = min(end[0], back), min(end[1], back)
            parts.append((state, end, seen))
        row = ("person", person, "")
        if not parts or leave["doubt"]:
            yield pack.row(*row, "unknown")
            continue
        states = {part[0] for part in parts}
        ends = [part[1] for part in parts if part[0] == "closed"]
        seen = [part[2] for part in parts if part[0] == "open"]
        if "open" in states:
            yield pack.row(*row, "open", began, seen=max(seen + [e[0] for e in ends]))
        elif "unknown" in states and any(e[0] > began[1] for e in ends):
            yield pack.row(*row, "open", began, seen=max(e[0] for e in ends))
        elif "unknown" in states:
            yield pack.row(*row, "unknown")
        else:
            later = [part for part in maybe if part[0] in ("open", "closed", "unknown")]
            if not ends and not later:
                yield pack.row(*row, "none")
                continue
            low = max((e[0] for e in ends), default=began[1])
            if any(part[0] == "open" for part in later) and low > began[1]:
                yield pack.row(*row, "open", began, seen=low)
                continue
            high = max([e[1] for e in ends] + [part[1][1] if part[1] else pack.now for part in later])
            yield pack.row(*row, "closed", began, (low, high))


@metric("leaver-residual-access")
def leaver_residual_access(pack):
    for g in pack.entitlements:
        a = pack.by_key.get(g["account_key"])
        if not a:
            continue
        people = [a["person_id"]] if a["person_id"] else sorted(pack.possible[a["account_key"]])
        leaves = [pack.departed[p] for p in people if p in pack.departed]
        for leave in leaves[:1]:
            maybe = a["person_id"] is None
            subject = f"{g['entitlement']} of {pack.name(a)}"
            row = partial(pack.of_account, a, subject=subject, kind="entitlement")
            access, run = pack.access(a), last_run(pack, a)
            deleted = a["status"] == "deleted" or a["gone_hi"] is not None
            logged = earliest(
                *(
                    e["occurred_at"]
                    for e in pack.events
                    if e["account_key"] == a["account_key"] and e["action"] == "delete" and e["outcome"] == "success"
                )
            )
            removed = (
                (logged, logged)
                if logged is not None
                else (a["gone_lo"], a["gone_hi"])
                if a["gone_hi"] is not None
                else None
            )
            if not personal(a) or (g["granted_lo"] or 0) > pack.now:
                yield row("excluded")
                continue
            if access == "on" or deleted and removed is None:
                yield row("excluded")
                continue
            newest = latest(*(b["observed_at"] for b in pack.accounts if b["system"] == a["system"]))
            fresh = run is not None and (pack.proven(a, run) >= pack.now - DAY or run.seen >= (newest or 0) - DAY)
            fresh = fresh or a["status"] == "deleted" or run is not None and run.basis == "absence"
            if access != "off" or run is None or run.on or leave["doubt"] or not fresh:
                yield row("unknown")
                continue
            began = latest(run.since, leave["low"], g["granted_lo"]), latest(run.by, leave["high"], g["granted_hi"])
            ends = [removed] if deleted else []
            if g["revoked_hi"] is not None and g["revoked_lo"] <= pack.now:
                ends.append((g["revoked_lo"], g["revoked_hi"]))
            end = (min(e[0] for e in ends), min(e[1] for e in ends)) if ends else None
            if maybe:
                began = began[0], max(began[1], pack.now)
            if end and end[1] <= began[0]:
                yield row("none")
            elif end:
                yield row("closed", began, (max(end[0], began[0]), end[1]))
            elif g["observed_at"] is None or g["observed_at"] < began[0]:
                yield row("unknown")
            else:
                yield row("open", began, None, min(g["observed_at"], pack.now))


@metric("credential-after-leave")
def credential_after_leave(pack):
    leaves = defaultdict(list)
    for leave in pack.leaves:
        if leave["in_period"] or leave["back"] is None:
            leaves[leave["person"]].append(leave)
    for c in pack.credentials:
        possible = sorted(pack.possible[c["account_key"]]) if c["person_id"] is None else []
        ties = leaves[c["person_id"]] or leaves[c["owner_person_id"]]
        maybe = not ties
        ties = ties or [leave for person in possible for leave in leaves[person]]
        if not ties:
            continue
        created = c["created_at"]
        if c["self_rotating"] or (created or 0) > pack.now:
            yield pack.of_credential(c, "excluded")
            continue
        if created is None or unread(c, "created_at", "status", "expires_at"):
            yield pack.of_credential(c, "unknown")
            continue
        # Of several leaves the newest one before the creation counts.
        tie = max(ties, key=lambda leave: ((leave["low"] or 0) <= created, leave["high"]))
        low, high = tie["low"], tie["high"]
        if low is not None and created < low or tie["back"] is not None and created >= tie["back"]:
            yield pack.of_credential(c, "none")
            continue
        if tie["doubt"] or low is None:
            yield pack.of_credential(c, "unknown")
            continue
        state, end, seen = credential_end(pack, c, (created, created))
        began = created, created
        if created < high or maybe:
            began = created, max(created, pack.now if maybe else high)
        if tie["back"] is not None and state in ("open", "closed"):
            end, state = (min(end[0], tie["back"]), min(end[1], tie["back"])) if end else (tie["back"],) * 2, "closed"
        yield pack.of_credential(c, state, began, end, seen)


def owners(pack, key, column, leave_of):
    """The people who were named for an account or a credential at their leave or later, and since when."""
    spans = [o for o in pack.ownerships if o[column] == key and o["owner_person_id"] in leave_of]
    found = {}
    for o in spans:
        leave = leave_of[o["owner_person_id"]]
        if o["to_hi"] is not None and leave["low"] is not None and o["to_hi"] <= leave["low"]:
            continue
        found.setdefault(o["owner_person_id"], []).append(o)
    return found


def named(leave, row, spans):
    """The beginning: the leave, the creation, or the naming, whichever is latest."""
    first = min(spans, key=lambda o: o["from_lo"] if o["from_lo"] is not None else -EVER)
    low = latest(leave["low"], row["created_at"], first["from_lo"])
    high = latest(leave["high"], row["created_at"], first["from_hi"] if first["from_lo"] is not None else None)
    # Handed over between two exports around the leave: the stay may never have begun.
    doubtful = any(o["to_hi"] is not None and o["to_lo"] <= leave["high"] for o in spans) and not any(
        o["to_hi"] is None or o["to_lo"] > leave["high"] for o in spans
    )
    return (low, high), doubtful


def changed(pack, credentials, began):
    """When every secret that worked at `began` was rotated after it, or had ended: a range, or None."""
    ends = []
    for c in credentials:
        if (c["created_at"] or 0) > began[1]:
            continue
        found = []
        state, end, _ = credential_end(pack, c, began)
        if state == "none":
            continue
        if state == "closed":
            found.append(end)
        for e in pack.events:
            same = e["system"] == c["system"] and e["credential_id"] == c["credential_id"] and e["outcome"] == "success"
            if same and e["action"] == "key_rotate" and began[0] <= e["occurred_at"] <= pack.now:
                found.append((e["occurred_at"],) * 2)
        at = c["rotated_at"]
        if at is not None and began[0] < at:
            silent = pack.covers(c["system"], "changes", began[0], at)
            if not silent or at <= pack.now:
                found.append((at if silent else began[1], at))
        if not found:
            return None
        ends.append(min(found))
    return (max(e[0] for e in ends), max(e[1] for e in ends)) if ends else None


@metric("leaver-owned-nhi")
def leaver_owned_nhi(pack):
    keys = defaultdict(list)
    for c in pack.credentials:
        if c["account_key"]:
            keys[c["account_key"]].append(c)
    for a in pack.accounts:
        if a["kind"] not in ("service", "agent") and not unread(a, "kind"):
            continue
        for person, spans in owners(pack, a["account_key"], "account_key", pack.departed).items():
            yield from owned(pack, a, person, spans, keys[a["account_key"]], pack.of_account)
    for c in pack.credentials:
        a = pack.by_key.get(c["account_key"])
        if a and a["kind"] not in ("service", "agent"):
            continue
        for person, spans in owners(pack, c["credential_key"], "credential_key", pack.departed).items():
            if c["self_rotating"]:
                yield pack.of_credential(c, "excluded")
            else:
                yield from owned(pack, c, person, spans, [c], pack.of_credential)


def owned(pack, thing, person, spans, credentials, row):
    leave = pack.departed[person]
    began, doubtful = named(leave, thing, spans)
    account = "credential_id" not in thing
    if (thing["created_at"] or 0) > pack.now:
        yield row(thing, "excluded")
        return
    if account:
        state, end, seen = first_end(pack, thing, began)
    else:
        state, end, seen = credential_end(pack, thing, began)
    if leave["doubt"] or unread(thing, "ownership") or not account and unread(thing, "status"):
        state = "unknown"
    if state in ("none", "unknown"):
        yield row(thing, state)
        return
    # Handed over, to somebody who works here, and the secrets changed.
    handed = None
    if thing["owner_person_id"] != person and thing["owner_live"]:
        column = "account_key" if account else "credential_key"
        new = [
            o
            for o in pack.ownerships
            if o[column] == thing[column] and o["owner_person_id"] not in (None, person)
            if pack.employed(o["owner_person_id"]) and (o["to_hi"] is None or o["to_hi"] > began[0])
        ]
        handed = min(new, key=lambda o: o["from_hi"])
        handed = latest(handed["from_lo"], began[0]), handed["from_hi"]
    secret = changed(pack, credentials, began)
    if account and handed and state == "open" and not credentials and secret is None:
        yield row(thing, "unknown")
        return
    if account and handed and state == "open" and not secret:
        # Not rotated, as far as its credentials were seen; of one whose end is not known nothing is known.
        states = [(c, credential_end(pack, c, began)[0]) for c in credentials if (c["created_at"] or 0) <= began[1]]
        if any(each == "unknown" for _, each in states):
            yield row(thing, "unknown")
            return
        seen = min([seen] + [sight(pack, c) for c, each in states if each == "open"])
    both = (max(handed[0], secret[0]), max(handed[1], secret[1])) if handed and secret else None
    ends = [e for e in (end, both) if e]
    if doubtful:
        began = began[0], max(began[1], pack.now)
    if ends:
        yield row(thing, "closed", began, (min(e[0] for e in ends), min(e[1] for e in ends)))
    else:
        yield row(thing, "open", began, seen=seen)


@metric("shared-secret-after-leaver")
def shared_secret_after_leaver(pack):
    keys = defaultdict(list)
    for c in pack.credentials:
        if c["account_key"]:
            keys[c["account_key"]].append(c)
    for a in pack.accounts:
        if a["kind"] not in ("shared", "break_glass"):
            continue
        for person, spans in owners(pack, a["account_key"], "account_key", pack.departed).items():
            leave = pack.departed[person]
            began, doubtful = named(leave, a, spans)
            state, end, seen = first_end(pack, a, began)
            if leave["doubt"]:
                state = "unknown"
            if state in ("none", "unknown"):
                yield pack.of_account(a, state)
                continue
            secret = changed(pack, keys[a["account_key"]], began)
            told = [
                e["occurred_at"]
                for e in pack.events
                if e["account_key"] == a["account_key"]
                and e["outcome"] == "success"
                and began[0] <= e["occurred_at"] <= pack.now
                and (
                    e["action"] == "key_rotate"
                    or e["action"] == "update"
                    and "password" in (e["attribute"] or "").lower()
                )
            ]
            ends = [x for x in (end, secret, (min(told),) * 2 if told else None) if x]
            if doubtful:
                began = began[0], max(began[1], pack.now)
            then = [c for c in keys[a["account_key"]] if (c["created_at"] or 0) <= began[1]]
            if ends:
                yield pack.of_account(a, "closed", began, (min(e[0] for e in ends), min(e[1] for e in ends)))
            elif any(credential_end(pack, c, began)[0] == "unknown" for c in then):
                yield pack.of_account(a, "unknown")
            elif not keys[a["account_key"]] and not pack.covers(
                a["system"], "changes", began[0], min(seen, pack.now) - DAY
            ):
                yield pack.of_account(a, "unknown")
            else:
                yield pack.of_account(a, "open", began, seen=seen)


# ---- joiners and movers


def expected(pack, person, job):
    """The systems in which somebody should have an account, each with the time from which, as bounds."""
    of_roles = {r["role"] for r in pack.role_grants if r["entitlement"] is None}
    if of_roles:
        for span in pack.role_spans:
            if span["person_id"] == person and span["role"] in of_roles:
                start = job["started_at"]
                if (span["from_lo"] or -EVER) <= start and (span["to_hi"] is None or span["to_hi"] > start):
                    for grant in pack.role_grants:
                        if grant["role"] == span["role"] and grant["entitlement"] is None:
                            yield grant["system"], span["from_hi"]
                elif span["from_lo"] is not None and span["from_lo"] <= start < (span["from_hi"] or start):
                    for grant in pack.role_grants:
                        if grant["role"] == span["role"] and grant["entitlement"] is None:
                            yield grant["system"], span["from_hi"]
        return
    staff = {p for p in pack.jobs if pack.employed(p)}
    held = defaultdict(set)
    for a in pack.accounts:
        if a["person_id"] in staff and a["kind"] in (*PERSONAL, "guest"):
            held[a["system"]].add(a["person_id"])
    for system, people in held.items():
        if len(people) * 2 > len(staff):
            yield system, None


@metric("joiner-lag")
def joiner_lag(pack):
    for person, jobs in pack.jobs.items():
        garbled = unread(pack.persons[person], "started") if person in pack.persons else False
        for job in jobs:
            start = job["started_at"]
            if start is not None and not (pack.start <= start < pack.end and start <= pack.now):
                continue
            if start is None:
                if job["ended_at"] is None or job["ended_at"] >= pack.start:
                    yield pack.row("person", person, "", "unknown")
                continue
            for system, since in dict(expected(pack, person, job)).items():
                yield joined(pack, person, job, system, start, since, garbled)


def joined(pack, person, job, system, start, since, garbled):
    row = ("person", f"{person} in {system}", system)
    began = (start, max(start, since or start))
    mine = [
        a
        for a in pack.accounts
        if a["system"] == system and a["person_id"] == person and a["kind"] in (*PERSONAL, "guest")
    ]
    maybe = [
        a
        for a in pack.accounts
        if a["system"] == system and a["person_id"] is None and person in pack.possible[a["account_key"]]
    ]
    listed = latest(*(a["observed_at"] for a in pack.accounts if a["system"] == system))
    lows, highs = [], []
    for a in mine:
        for run in pack.runs[a["account_key"]]:
            # An access whose end is known as a range may have lasted until the start.
            if run.on and (run.over_by is None or run.over_by > start) and (run.since is None or run.since <= pack.now):
                lows.append((latest(run.since, start), a["account_key"]))
                if run.over is None or run.over > start:
                    highs.append((latest(run.by, start), a["account_key"]))
    left = job["left_lo"] if job["left_lo"] is not None else job["ended_at"]
    left = left if left is not None and left <= pack.now else None
    if garbled:
        return pack.row(*row, "unknown")
    if highs:
        low, (high, key) = min(lows)[0], min(highs)
        if left is not None and low >= left:
            return pack.row(*row, "unknown")
        if high <= start:
            return pack.row(*row, "none", account=key)
        return pack.row(*row, "closed", began, (low, high), account=key)
    if maybe or left is not None or listed is None or min(listed, pack.now) <= start:
        return pack.row(*row, "unknown")
    return pack.row(*row, "open", began, seen=min(listed, pack.now))


@metric("early-access")
def early_access(pack):
    for person, jobs in pack.jobs.items():
        jobs = sorted(jobs, key=lambda j: j["started_at"] if j["started_at"] is not None else -EVER)
        for place, job in enumerate(jobs):
            start = job["started_at"]
            if start is None and job["ended_at"] is not None and job["ended_at"] < pack.start:
                continue
            if start is not None and not (pack.start <= start < pack.end or start > pack.now):
                continue
            before = [j["ended_at"] for j in jobs[:place] if j["ended_at"] is not None]
            for a in pack.accounts:
                mine = a["person_id"] == person
                if not mine and not (a["person_id"] is None and person in pack.possible[a["account_key"]]):
                    continue
                yield early(pack, a, start, max(before, default=None), mine)


def early(pack, a, start, earlier, mine):
    created, runs = a["created_at"], pack.runs[a["account_key"]]
    # Made at the latest when it was first seen.
    made = earliest(created, *(run.by for run in runs))
    if a["kind"] not in PERSONAL or (created or 0) > pack.now or earlier is not None and (made or EVER) < earlier:
        return pack.of_account(a, "excluded")
    if start is None or not mine or not runs or created is None and runs[0].since is None and runs[0].by >= start:
        return pack.of_account(a, "unknown")
    found = [run for run in runs if run.on and (run.since or 0) < start and (run.since or 0) <= pack.now]
    if not found:
        return pack.of_account(a, "none")
    run = max(found, key=lambda run: min(start, run.over_by if run.over_by is not None else EVER) - run.by)
    began = run.since, min(run.by, start)
    if run.over is not None and run.over < start:
        return pack.of_account(a, "closed", began, (run.over, min(run.over_by, start)))
    if start > pack.now:
        return pack.of_account(a, "open", began, seen=min(run.seen, pack.now))
    return pack.of_account(a, "closed", began, (start, start))


@metric("unexplained-account")
def unexplained_account(pack):
    made_by_sync = {
        e["account_key"]
        for e in pack.events
        if e["action"] == "create" and e["outcome"] == "success" and e["actor_kind"] == "sync"
    }
    # A history of positions: any move, or two exports of HR that could show one.
    history = bool(pack.moves)
    for a in pack.accounts:
        created = a["created_at"]
        inside = created is None or pack.start <= created < pack.end and created <= pack.now
        if a["kind"] not in PERSONAL and not unread(a, "kind"):
            if inside:
                yield pack.of_account(a, "excluded")
            continue
        if created is None or unread(a, "created_at"):
            run = (pack.runs[a["account_key"]] or [None])[0]
            old = run is not None and run.by < pack.start or (a["last_seen_hi"] or EVER) < pack.start
            yield pack.of_account(a, "excluded" if old else "unknown")
            continue
        if not inside:
            continue
        if a["managed_by"] == "sync" or a["account_key"] in made_by_sync:
            yield pack.of_account(a, "none")
            continue
        if a["person_id"] is None and a["match_rule"] == "ambiguous":
            yield pack.of_account(a, "unknown")
            continue
        jobs = pack.jobs[a["person_id"]]
        moves = [
            m
            for m in pack.moves
            if m["person_id"] == a["person_id"] and m["attribute"] in ("department", "title", "worker_type")
        ]
        near = 30 * DAY
        starts = any(j["started_at"] is not None and abs(j["started_at"] - created) <= near for j in jobs)
        moved = any(abs(m["moved_lo"] - created) <= near and abs(m["moved_hi"] - created) <= near for m in moves)
        perhaps = any(m["moved_lo"] - near <= created <= m["moved_hi"] + near for m in moves)
        if starts or moved:
            yield pack.of_account(a, "none")
            continue
        if perhaps or a["person_id"] and any(j["started_at"] is None for j in jobs):
            yield pack.of_account(a, "unknown")
            continue
        # An account whose status is not understood was made all the same; it is taken as open when last observed.
        state, end, seen = (
            ("open", None, pack.seen(a)) if unread(a, "status") else first_end(pack, a, (created, created))
        )
        began = created, created
        # Only somebody employed can have moved, and a move counts up to 30 days from the creation.
        about = any(
            (j["started_at"] or 0) <= created + near and (j["ended_at"] or EVER) >= created - near for j in jobs
        )
        if not history and about:
            began = created, end[1] if end else pack.now
        if state == "unknown" or seen is None and not end:
            yield pack.of_account(a, "unknown")
        else:
            yield pack.of_account(a, "closed" if end else "open", began, end, seen)


def outgrown(pack, until, all_moves):
    """What a role gave, and an account of the person held, when a move ended that role: one item for each move."""
    grants = defaultdict(set)
    for g in pack.role_grants:
        grants[g["role"]].add((g["system"], g["entitlement"]))
    spans = defaultdict(list)
    for span in pack.role_spans:
        spans[span["person_id"]].append(span)
    for person, held in spans.items():
        items = {}
        for span in held:
            if span["to_lo"] is None or span["attribute"] == "employment" or span["to_lo"] > pack.now:
                continue
            if not all_moves and (span["to_hi"] < pack.start or span["to_lo"] >= pack.end):
                continue
            for system, entitlement in grants[span["role"]]:
                items.setdefault((system, entitlement, span["to_lo"], span["to_hi"]), span)
        for (system, entitlement, low, high), span in items.items():
            # What another role of the person gave at the move as well, and a later one that gives it again.
            others = [o for o in held if (system, entitlement) in grants[o["role"]] and o is not span]
            kept = any(
                (o["from_lo"] or -EVER) <= low
                and (o["from_hi"] or 0) <= low
                and (o["to_hi"] is None or o["to_lo"] > high)
                for o in others
            )
            also = [
                o
                for o in others
                if o["from_lo"] is not None
                and o["from_hi"] <= high
                and o["from_lo"] >= low
                and (o["to_lo"] is None or o["to_lo"] > high)
            ]
            later = [o for o in others if o["from_lo"] is not None and o["from_hi"] > high and o["from_lo"] <= pack.now]
            later = [(max(o["from_lo"], low), max(o["from_hi"], high)) for o in later]
            again = (min(o[0] for o in later), min(o[1] for o in later)) if later else None
            for a in pack.accounts:
                if a["system"] == system and (a["person_id"] == person or person in pack.possible[a["account_key"]]):
                    yield person, a, entitlement, (low, high), bool(kept or also), again


def holding(pack, person, a, entitlement, move, kept, again):
    """(state, began, ended, seen) of one item."""
    low, high = move
    if a["kind"] not in (*PERSONAL, "guest"):
        return "excluded", None, None, None
    grants = [None]
    if entitlement is not None:
        grants = [
            g for g in pack.entitlements if g["account_key"] == a["account_key"] and g["entitlement"] == entitlement
        ]
    found = []
    for g in grants:
        given = (g["granted_lo"], g["granted_hi"]) if g else (a["created_at"],) * 2
        if given[0] is not None and given[0] > high or (given[0] is not None and given[0] > pack.now):
            found.append(("excluded", None, None, None))
            continue
        if kept:
            found.append(("excluded", None, None, None))
            continue
        if a["person_id"] is None:
            found.append(("unknown", None, None, None))
            continue
        leave = next(
            (
                each
                for each in pack.leaves
                if each["person"] == person and (each["low"] is None or each["low"] > low or each["high"] > low)
            ),
            None,
        )
        if leave and leave["doubt"]:
            found.append(("unknown", None, None, None))
            continue
        first = given[1]
        if g and first is None:
            # Its first sight; a revocation shows that it was there until then.
            first = earliest(g["first_seen_at"], g["revoked_lo"])
        elif first is None:
            first = earliest(*(run.by for run in pack.runs[a["account_key"]] if run.on))
        began = low, max(high, min(first, pack.now) if first is not None else high)
        ends = []
        if g and g["revoked_hi"] is not None and g["revoked_lo"] <= pack.now:
            ends.append((g["revoked_lo"], g["revoked_hi"]))
        runs = pack.runs[a["account_key"]]
        off = next(
            (
                run
                for run in runs
                if not run.on and (run.over is None or run.over > pack.now) and (run.since or 0) <= pack.now
            ),
            None,
        )
        if off:
            ends.append((off.since if off.since is not None else low, off.by))
        if leave:
            ends.append((leave["low"], leave["high"]))
        if again is not None:
            ends.append(again)
        end = (min(e[0] for e in ends), min(e[1] for e in ends)) if ends else None
        if end and end[1] <= low:
            found.append(("none", None, None, None))
            continue
        if end:
            found.append(("closed", began, (max(end[0], low), end[1]), None))
            continue
        if g:
            seen = g["observed_at"]
        else:
            on = [run for run in runs if run.on]
            seen = (on[-1].seen if on[-1].seen >= low else pack.proven(a, on[-1])) if on else None
        if seen is None or seen < low:
            found.append(("unknown", None, None, None))
        else:
            found.append(("open", began, None, min(seen, pack.now)))
    return found


def item_row(pack, a, entitlement, state, began=None, ended=None, seen=None):
    subject = f"{entitlement} of {pack.name(a)}" if entitlement is not None else f"account {pack.name(a)}"
    return pack.of_account(a, state, began, ended, seen, subject=subject, kind="entitlement")


@metric("mover-lag")
def mover_lag(pack):
    for person, a, entitlement, move, kept, again in outgrown(pack, pack.end, False):
        found = holding(pack, person, a, entitlement, move, kept, again)
        for item in found if isinstance(found, list) else [found]:
            yield item_row(pack, a, entitlement, *item)


@metric("retained-entitlements")
def retained_entitlements(pack):
    newest = {}
    for item in outgrown(pack, pack.now, True):
        key = (item[1]["account_key"], item[2])
        if key not in newest or item[3] > newest[key][3]:
            newest[key] = item
    for person, a, entitlement, move, kept, again in newest.values():
        found = holding(pack, person, a, entitlement, move, kept, again)
        for state, began, ended, seen in found if isinstance(found, list) else [found]:
            if state == "closed" and ended[1] <= pack.now:
                state, began, ended = "none", None, None
            elif state == "closed":
                state, began, ended = "unknown", None, None
            yield item_row(pack, a, entitlement, state, began, ended, seen)


# ---- indicators


@indicator("sync-skip-rate")
def sync_skip_rate(pack):
    tried, skipped, invalid = Counter(), Counter(), Counter()
    for e in pack.events:
        inside = pack.start <= e["occurred_at"] < pack.end and e["occurred_at"] <= pack.now
        if not inside or e["action"] not in CHANGES or e["actor_kind"] in ("admin", "self"):
            continue
        if e["outcome"] in ("success", "failure", "skipped"):
            for system in (None, e["system"]):
                tried[system] += 1
                skipped[system] += e["outcome"] == "skipped"
                invalid[system] += rejected(e)
    for system in {None, *tried}:
        yield ("skipped", system), (skipped[system], tried[system])
        yield ("invalid", system), (invalid[system], tried[system])


@indicator("managed-coverage")
def managed_coverage(pack):
    found, managed, unknown = Counter(), Counter(), Counter()
    for a in pack.accounts:
        if (a["created_at"] or 0) > pack.now:
            continue
        if (
            a["kind"] in PERSONAL
            and pack.access(a) == "on"
            and (pack.register.get(a["system"]) or {}).get("synchronised")
        ):
            for system in (None, a["system"]):
                found[system] += 1
                managed[system] += a["managed_by"] == "sync"
                unknown[system] += a["managed_by"] not in ("sync", "local")
    for system in {None, *found}:
        yield ("managed", system), (managed[system], found[system])
        yield ("unknown", system), (unknown[system], found[system])


@indicator("log-coverage")
def log_coverage(pack):
    until, total = min(pack.end, pack.now), [0, 0]
    for system in {a["system"] for a in pack.accounts}:
        covered, reach = 0, pack.start
        for low, high in sorted(pack.windows.get((system, "changes"), [])):
            covered += max(min(high, until) - max(low, reach), 0)
            reach = max(reach, min(high, until))
        total[0] += covered
        total[1] += until - pack.start
        yield ("changes", system), (covered, until - pack.start)
    yield ("changes", None), tuple(total)


@indicator("population-reconciliation")
def population_reconciliation(pack):
    close = min(pack.end, pack.now)
    counts, before, after = Counter(), set(), set()
    for person, jobs in pack.jobs.items():
        jobs = sorted(jobs, key=lambda j: j["started_at"] if j["started_at"] is not None else -EVER)
        for place, job in enumerate(jobs):
            start = job["started_at"] if job["started_at"] is not None else -EVER
            end = job["ended_at"] if job["ended_at"] is not None else EVER
            if start < pack.start <= end:
                before.add(person)
            # Just before that instant: who leaves at it is there still, and who begins at it is not yet.
            if start < close <= end:
                after.add(person)
            if pack.start <= start < close:
                counts["rehires" if place else "hires"] += 1
            if pack.start <= end < close:
                counts["leavers"] += 1
    counts["opening"], counts["closing"] = len(before), len(after)
    counts["difference"] = (
        counts["opening"] + counts["hires"] + counts["rehires"] - counts["leavers"] - counts["closing"]
    )
    for name in ("opening", "hires", "rehires", "leavers", "closing", "difference"):
        yield (name, None), (counts[name], None)


@indicator("state-alignment")
def state_alignment(pack):
    found, aligned = Counter(), Counter()
    for a in pack.accounts:
        if a["kind"] not in PERSONAL or a["person_id"] is None or (a["created_at"] or 0) > pack.now:
            continue
        if unread(a, "kind"):
            continue
        access, employed = pack.access(a), employment(pack, a["person_id"])
        if access not in ("on", "off") or employed is None or access == "off" and a["status"] == "deleted":
            continue
        for system in (None, a["system"]):
            found[system] += 1
            aligned[system] += (access == "on") == employed
    for system in {None, *found}:
        yield ("aligned", system), (aligned[system], found[system])


def employment(pack, person):
    """Whether somebody was employed at as-of, or None where that is not known."""
    leave = pack.departed.get(person)
    if leave and (leave["job"]["ended_at"] is None or leave["high"] > pack.now):
        return None
    if not pack.jobs[person]:
        return None
    return pack.employed(person)


# ---- comparison


def evidence(pack, name):
    path = pack.folder / "evidence" / f"{name}.csv"
    if not path.exists():
        return None
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    def plain(text):
        return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t", "\r") else text

    out = []
    for row in rows:
        times = [micros(row[c]) for c in ("began_lo", "began_hi", "ended_lo", "ended_hi", "seen_until")]
        names = [plain(row[c]) for c in ("subject_kind", "subject", "system", "account_key", "credential_key", "state")]
        out.append(((*names, *times), row))
    return out


def show(row):
    return (
        " ".join(filter(None, row[:3]))
        + f" [{row[5]}] began {words(row[6])}..{words(row[7])}"
        + f" ended {words(row[8])}..{words(row[9])} seen {words(row[10])}"
    )


def compare(pack, name):
    given = evidence(pack, name)
    told = next(m for m in pack.report["metrics"] if m["id"] == name)
    if given is None:
        return [], f"not measured: {told['status']}"
    mine = list(METRICS[name](pack))
    stays = ("open", "closed")

    def width(row):
        return row if row[5] in stays and name not in STATES_ONLY else (*row[:6], *[None] * 5)

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
