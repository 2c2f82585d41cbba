"""Works out the findings of the Acme samples from the raw vendor files, without the engine.

Usage: python3 tests/samples/independent.py samples/acme 2026-07-01 2026-10-01 findings|counts

It follows the definitions of the metrics only and knows just the files of these samples. `findings` prints
tests/samples/expected/<quarter>.csv, `counts` prints <quarter>-counts.csv: how many items each metric looked at, by
result. Lengths are the shortest reading in whole seconds, rounded down.
"""
import csv
import json
import sys
import tomllib
from collections import Counter
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase
from pathlib import Path

DAY, MOMENT, NEVER = timedelta(days=1), timedelta(microseconds=1), datetime.max.replace(tzinfo=timezone.utc)
ON, OFF = (".reactivate", ".unsuspend", ".activate"), (".deactivate", ".suspend", ".delete.completed", ".disable")
# Events that change neither accounts nor access.
ASIDE = ("user.account.lock", "user.mfa.factor.update")
SIGN_IN = "user.session.start"
# What a provisioning event wants to do in the target.
ACTIONS = {"push": "create", "push_profile": "update", "deactivate": "disable", "reactivate": "enable", "activate": "enable"}


def at(text):
    """An instant; a text without a zone is UTC, the zone of the project."""
    if not text or text in ("N/A", "no_information", "not_supported"):
        return None
    time = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)


def day_first(text):
    if not text:
        return None
    day, month, year = text.replace(".", "/").split("/")
    return datetime(int(year), int(month), int(day), tzinfo=timezone.utc)


def iso(time):
    if time is None:
        return ""
    return time.strftime("%Y-%m-%dT%H:%M:%S") + (f".{time.microsecond // 1000:03d}" if time.microsecond else "") + "Z"


def days(text):
    return timedelta(days=int(text.removesuffix("d")))


def table(path, delimiter=","):
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def document(path):
    data = path.read_bytes()
    return json.loads(data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8"))


class Samples:
    def __init__(self, folder, start, end):
        self.folder, self.start, self.end = Path(folder), at(start), at(end)
        extracted = {row["path"]: at(row["extracted_at"]) for row in table(self.folder / "extractions.csv")}
        self.observed = lambda path: extracted.get(path) or self.newest_instant(path)
        self.key_limit = self.limit("unrotated-keys", 90 * DAY)
        self.read_people()
        self.read_log()
        self.accounts, self.credentials = {}, []
        self.read_okta(), self.read_entra(), self.read_aws(), self.read_payroll(), self.read_wiki(), self.read_inventory()
        self.add_deleted()
        self.newest = {
            system: max(a["observed"] for a in self.accounts.values() if a["system"] == system and a["snapshots"])
            for system in {a["system"] for a in self.accounts.values()}
        }
        links = {(row["system"], row["account_id"]): row["person_id"] for row in table(self.folder / "links.csv")}
        for account in self.accounts.values():
            account["people"] = self.match(account, links)

    # ---- reading

    def newest_instant(self, path):
        """Nobody says when the file was made: nothing is known of what came after the newest thing that it tells of."""
        times = []
        for row in table(self.folder / path, ";" if "roster" in path else ","):
            for text in row.values():
                for read in (at, day_first):
                    try:
                        times.append(read(text))
                    except ValueError:
                        pass
        return max((time for time in times if time and time <= self.end), default=self.end)

    def limit(self, metric, shipped):
        """The limit of the quarter's own policy file in days, if it has one, else the limit that ships with the tool."""
        path = self.folder / "mappings/policies/acme.toml"
        return days(tomllib.loads(path.read_text())["metrics"][metric]["limit"]) if path.exists() else shipped

    def read_people(self):
        self.people, self.earliest, jobs = {}, {}, {}
        for row in table(self.folder / "hr/workers.csv"):
            person = row["Employee ID"]
            self.people[person] = {
                "mail": row["Work Email"].strip().lower(),
                "alias": {name for name in (row["User Name"], row["Other Email"]) if name},
                "department": row["Cost Center Hierarchy"],
                "status": row["Worker Status"],
                "last": row["Termination Date"],
            }
            first, last = day_first(row["Hire Date"]), day_first(row["Termination Date"])
            jobs.setdefault(person, []).append((first, last and last + DAY, at(row["Termination Date Recorded"])))
        # A leave: (person, leave instant, recorded, next start). No gap before the next job is no leave.
        self.leaves = []
        for person, list_of_jobs in jobs.items():
            list_of_jobs.sort()
            for job, following in zip(list_of_jobs, [*list_of_jobs[1:], None]):
                back = following[0] if following else NEVER
                if job[1] and job[1] <= self.end and back > job[1]:
                    self.leaves.append((person, job[1], job[2], back))
        self.read_temps()

    def read_temps(self):
        """Reception lists who is there: whoever is not in the next list has left in between, nobody wrote down when."""
        paths = sorted(f"hr/{path.name}" for path in (self.folder / "hr").glob("temps-*.csv"))
        lists = [(self.observed(path), {row["Pass"]: row["E-mail"] for row in table(self.folder / path)}) for path in paths]
        for (before, there), (after, still) in zip(lists, lists[1:]):
            for person in there.keys() - still.keys():
                self.leaves.append((person, after, None, NEVER))
                self.earliest[person, after] = before
        for _, there in lists:
            for person, mail in there.items():
                self.people[person] = {"mail": mail, "alias": set()}

    def span(self, person, leave):
        """The earliest and the latest time at which that leave may have been; `leave` is the latest."""
        return self.earliest.get((person, leave), leave), leave

    def read_log(self):
        self.events, self.log_end, self.unusable = [], self.observed("okta/system-log.ndjson"), Counter()
        seen = set()
        for line in (self.folder / "okta/system-log.ndjson").read_text(encoding="utf-8").splitlines():
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                self.unusable["okta events"] += 1
                continue
            if event["uuid"] in seen:
                continue
            seen.add(event["uuid"])
            target = {item["type"]: item for item in event["target"] or []}
            app = target.get("AppInstance")
            who = target.get("AppUser") if app else target.get("User", event["actor"])
            system = app["displayName"].lower() if app else "okta"
            name, kind, result = who["alternateId"], event["eventType"], event["outcome"]["result"]
            self.events.append((at(event["published"]), system, name, kind, result))
        told = [event for event in self.events if event[3] not in ASIDE]
        # Silence of the log says something within the time that it was taken for. A line that nobody can read is a
        # doubt of the whole file, and no hole of the days around it.
        [log] = [row for row in table(self.folder / "extractions.csv") if row["path"] == "okta/system-log.ndjson"]
        covered = [(at(log["covers_from"]), at(log["covers_to"]))]
        # Of other systems it tells what Okta did to them; what was done in them it does not see.
        self.changes = {"okta": covered} if any(e[3] != SIGN_IN for e in told) else {}
        self.sign_ins = {"okta": covered} if any(e[3] == SIGN_IN for e in told) else {}
        # The wiki keeps a log of its own, in pieces: nothing is known of the time between two of them.
        for log in (row for row in table(self.folder / "extractions.csv") if row["path"].startswith("wiki/audit-")):
            self.changes.setdefault("wiki", []).append((at(log["covers_from"]), at(log["covers_to"])))
            for row in table(self.folder / log["path"]):
                result = row["outcome"].upper()
                self.events.append((at(row["occurred_at"]), "wiki", row["subject"], f"wiki.{row['action']}", result))
        self.events.sort()

    def account(self, path, system, key, username, mail, **more):
        known = self.accounts.setdefault((system, key), {"system": system, "id": key, "snapshots": [], "off_by": None})
        enabled, seen = more["enabled"], self.observed(path)
        known["snapshots"].append((seen, enabled))
        if more.get("deleted"):
            username = known.get("username", username)  # a directory renames what it deletes
        known.update(more, username=username, mail=mail, observed=seen)

    def read_okta(self):
        for row in document(self.folder / "okta/users.json"):
            profile = row["profile"]
            self.account(
                "okta/users.json", "okta", row["id"], profile["login"], profile["email"],
                person=profile.get("employeeNumber"), kind="unknown", created=at(row["created"]), used=at(row["lastLogin"]),
                enabled=row["status"] in ("ACTIVE", "PROVISIONED", "LOCKED_OUT", "PASSWORD_EXPIRED"), usage=True,
                # The user was off then at the latest; a user who was suspended before was off earlier.
                off_by=at(row["statusChanged"]) if row["status"] in ("DEPROVISIONED", "SUSPENDED") else None,
                changed=max(at(row["lastUpdated"]), at(row["statusChanged"])),
            )

    def read_entra(self):
        self.departments = {}
        for path in sorted((self.folder / "entra").glob("*.json"), key=lambda p: self.observed(f"entra/{p.name}")):
            name = f"entra/{path.name}"
            for row in document(path)["value"]:
                # Failed attempts move it too: nothing came later, and whether anybody ever got in is not told.
                tried = at(row.get("signInActivity", {}).get("lastSignInDateTime"))
                deleted = at(row.get("deletedDateTime"))
                self.account(
                    name, "entra", row["id"], row["userPrincipalName"], row["mail"], person=row["employeeId"],
                    kind="guest" if row["userType"] == "Guest" else "human", created=at(row["createdDateTime"]), used=None,
                    tried=tried, enabled=row["accountEnabled"], usage=tried is not None, deleted=deleted,
                )
                if deleted:
                    # Blocked, then deleted: it was off when it was deleted, since when is not told.
                    self.accounts["entra", row["id"]]["snapshots"].insert(-1, (deleted, row["accountEnabled"]))
                if row["department"]:
                    self.departments.setdefault(row["employeeId"], []).append((self.observed(name), row["department"]))

    def read_aws(self):
        path = "aws/credential-report.csv"
        for row in table(self.folder / path):
            user, arn, uses = row["user"], row["arn"], [at(row["password_last_used"])]
            password = ("password", row["password_enabled"], row["password_last_changed"])
            parts = [password] if row["password_enabled"] != "false" else []
            for number in ("1", "2"):
                key = f"access_key_{number}"
                uses.append(at(row[key + "_last_used_date"]))
                if row[key + "_last_rotated"] != "N/A":
                    parts.append((key, row[key + "_active"], row[key + "_last_rotated"]))
            for part, active, changed in parts:
                status = {"true": "active", "false": "inactive"}.get(active, "unknown")
                self.credential(path, "aws", f"{arn}#{part}", arn, status, at(changed), None)
            self.account(
                path, "aws", arn, user, None, person=None, created=at(row["user_creation_time"]),
                kind="break_glass" if user == "<root_account>" else "unknown",
                used=max((time for time in uses if time), default=None), usage=True,
                enabled=any(active == "true" for _, active, _ in parts),
            )

    def read_payroll(self):
        path = "payroll/accounts.csv"
        for row in table(self.folder / path):
            # An account whose status nobody can read is there, and may be one that can sign in.
            off = at(row["disabled_at"])
            self.account(
                path, row["system"], row["account_id"], row["username"], row["email"], person=row["person_id"],
                privileged={"yes": True, "no": False}[row["privileged"]],
                kind=row["kind"], created=at(row["created_at"]), used=at(row["last_seen_at"]), usage=bool(row["last_seen_at"]),
                enabled={"active": True, "disabled": False, "": None}[row["status"]], off_by=off, changed=off, owner=row["owner"],
            )

    def read_wiki(self):
        path = "wiki/users-page-1.json"
        if not (self.folder / path).exists():
            return
        for row in document(self.folder / path)["Resources"]:
            day = at(row["urn:acme:wiki:1.0:User"]["lastActiveOn"])
            self.account(
                path, "wiki", row["id"], row["userName"], row["emails"][0]["value"], person=row["externalId"], kind="human",
                created=at(row["meta"]["created"]), used=(day, day + DAY), usage=True, enabled=row["active"],
            )

    def read_inventory(self):
        path = "nhi/credentials.csv"
        for row in table(self.folder / path):
            owner = next((p for p, d in self.people.items() if d["mail"] == row["owner"]), None)
            age = at(row["rotated_at"]) or at(row["created_at"])
            self.credential(path, row["system"], row["credential_id"], None, row["status"], age, at(row["expires_at"]), owner)

    def credential(self, path, system, key, user, status, age, expires, owner=None):
        self.credentials.append(
            {"system": system, "id": key, "user": user, "status": status, "age": age, "expires": expires,
             "owner": owner, "observed": self.observed(path)}
        )

    def add_deleted(self):
        """Accounts that no export shows any more: only the log knows that they were switched off."""
        shown = {(account["system"], account["username"]) for account in self.accounts.values()}
        for _, system, who, kind, result in self.events:
            if kind.endswith(OFF) and result == "SUCCESS" and (system, who) not in shown:
                self.accounts[system, who] = {
                    "system": system, "id": who, "username": who, "mail": None, "person": None, "kind": "unknown",
                    "snapshots": [], "off_by": None, "enabled": False, "usage": False, "used": None, "created": None,
                    "deleted": any(event[1:4:2] == (system, "user.lifecycle.delete.completed") and event[2] == who for event in self.events),
                }

    # ---- who, and until when

    def match(self, account, links):
        for name in (account["id"], account["username"]):
            if (account["system"], name) in links:
                return [links[account["system"], name]]
        if account["person"] in self.people:
            return [account["person"]]
        names = {name.lower() for name in (account["username"], account["mail"]) if name}
        by_mail = [p for p, d in self.people.items() if d["mail"] in names]
        return by_mail or [p for p, d in self.people.items() if d["alias"] & names]

    def switches(self, account):
        """Known instants at which the account was switched on or off, in order."""
        found = {
            (time, kind.endswith(ON))
            for time, system, who, kind, result in self.events
            if (system, who) == (account["system"], account["username"]) and result == "SUCCESS" and kind.endswith(ON + OFF)
        }
        if account["off_by"]:
            found.add((account["off_by"], False))
        return sorted(found)

    def runs(self, account):
        """Times with and without access: [on, first sight, last sight, first sight of the next run]."""
        switches = self.switches(account)
        marks = sorted([*switches, *((time, on) for time, on in account["snapshots"] if on is not None)])
        runs = []
        if marks and not marks[0][1]:
            runs.append([True, account["created"] or marks[0][0], account["created"] or marks[0][0], marks[0][0]])
        for time, on in marks:
            if runs and runs[-1][0] == on:
                runs[-1][2] = time
            else:
                if runs:
                    runs[-1][3] = time
                    if (time, on) in switches:
                        runs[-1][2] = time  # what is switched was the other way until then
                runs.append([on, min(account["created"] or time, time) if on and not runs else time, time, None])
        return runs

    def covering(self, windows, time):
        return next((window for window in windows if window[0] <= time <= window[1]), (time, time))

    def steady(self, account, back):
        """(since when it was off until now or until the next job, as far as that is proven from there; first sight)."""
        until, windows = min(back, self.end), self.changes.get(account["system"], [])
        proven = []
        for on, first, last, following in self.runs(account):
            if on or first > self.end or first >= back or (following and (last if last == following else first) < until):
                continue
            changed = account.get("changed")
            told = account["enabled"] is False and changed and changed <= first and not following
            # What is deleted stays off: only the time from the first sight to the deletion has to be covered.
            gone = account.get("deleted")
            deleted = gone and self.covering(windows, first)[1] >= (gone if isinstance(gone, datetime) else last)
            (start, end) = self.covering(windows, last)
            if told or deleted or self.covering(windows, first)[1] >= until - DAY:
                proven.append((first, first))
            elif max(last, end) >= until - DAY:
                proven.append((max(first, start), first))
        return tuple(min(times) for times in zip(*proven)) if proven else (None, None)

    def end_of_access(self, account, leave, back):
        """The (earliest, latest) end at or after `leave`, or None while it is open; and until when it was seen."""
        switches = self.switches(account)
        before = [on for time, on in switches if time <= leave]
        if before and not before[-1]:
            return (leave, leave), None
        later = [time for time, on in switches if leave < time <= back and not on]
        if later:
            return (later[0], later[0]), None
        shots = account["snapshots"]
        if shots[-1][1] and back <= self.end:
            # Sights before the leave and after the return say nothing of the time between.
            within = [use for use, _ in self.uses(account) if leave <= use < back]
            within += [time for time, on in shots if on and leave <= time < back]
            start = self.covering(self.changes.get(account["system"], []), shots[-1][0])[0]
            return (back if start < back else max(within, default=leave), back), None
        if shots[-1][1]:
            return None, shots[-1][0]
        first_off = next(time for time, on in shots if not on)
        last_on = max((time for time, on in shots if on), default=leave)
        return (max(leave, last_on), max(leave, first_off)), None

    def uses(self, account):
        """Each use as the earliest and the latest time at which it may have been: of some only the day is told."""
        events = [e[0] for e in self.events if e[1:] == (account["system"], account["username"], SIGN_IN, "SUCCESS")]
        newest = account["used"] if isinstance(account["used"], tuple) else (account["used"],) * 2
        if newest[0]:
            # Nobody uses an account after it was switched off that day.
            off = [time for time, on in self.switches(account) if not on and newest[0] <= time < newest[1]]
            newest = (newest[0], min([newest[1], *off]))
        return [*((time, time) for time in events), *([newest] if newest[0] else [])]

    def pairs(self, kinds=("human", "unknown")):
        """Accounts of those who left in the period, and of those who left whenever and did not come back."""
        for person, leave, recorded, back in self.leaves:
            for account in self.accounts.values():
                candidate = len(account["people"]) > 1 and person in account["people"]
                assert not candidate, "no leaver is among the candidates of an ambiguous account"
                if account["people"] == [person] and account["kind"] in kinds:
                    yield account, person, leave, recorded, back

    # ---- metrics: each yields a row for every item that it looked at

    def stay(self, metric, system, subject, began, ended, seen=None, limit=timedelta(0)):
        """A row for a stay. `ended` is (earliest, latest), or None while it is open, last seen at `seen`.

        At as-of an open stay may be as long as if it had gone on until then."""
        low, high = ended or (seen, self.end)
        began, by = began if isinstance(began, tuple) else (began, began)
        shortest, longest = max(low - by, timedelta(0)), max(high - began, timedelta(0))
        result = "over" if shortest > limit else "indeterminate" if longest > limit else "within"
        return (metric, system, subject, result, iso(began), iso(high) if ended else "", shortest // timedelta(seconds=1))

    def items(self):
        for account, person, leave, recorded, back in self.pairs():
            name = (account["system"], account["username"])
            if self.start <= leave < self.end:
                ended, seen = self.end_of_access(account, leave, back)
                yield self.stay("leaver-lag", *name, self.span(person, leave), ended, seen, DAY)
                if recorded:
                    yield self.stay("leaver-lag-notified", *name, max(leave, recorded), ended, seen, DAY)
                else:
                    yield plain("leaver-lag-notified", *name, "unknown")
            yield from self.returns(account, name, leave, back)
        for account, person, leave, _, back in self.pairs(("human", "unknown", "guest")):
            name = (account["system"], account["username"])
            yield from self.sign_in(account, name, person, leave, back)
            if back > self.end:
                yield self.former(account, name, person, leave)
        for person, leave, recorded, _ in self.leaves:
            if self.start <= leave < self.end:
                told = recorded and max(leave, recorded)
                row = ("hr-recording-lag", "", person)
                yield self.stay(*row, leave, (told, told)) if told else plain(*row, "unknown")
        for account in self.accounts.values():
            if account["enabled"] is None and account["kind"] in ("human", "unknown"):
                yield plain("orphan-accounts", account["system"], account["username"], "unknown")
                yield plain("dormant-accounts", account["system"], account["username"], "unknown")
            if account["enabled"]:
                yield from self.standing(account, (account["system"], account["username"]))
        for credential in self.credentials:
            yield from self.keys(credential, (credential["system"], credential["id"]))
        yield from self.repairs()
        yield from self.conflicts()

    def sign_in(self, account, name, person, leave, back):
        runs, uses = self.runs(account), self.uses(account)
        if not self.start <= leave < self.end:
            # Who left earlier counts while there was access, or use, in the period.
            access = any(on and (following is None or following > self.start) for on, _, _, following in runs)
            if leave >= self.end or back <= self.end or not (access or any(use > self.start for _, use in uses)):
                return
        began = self.span(person, leave)
        late = [use for use in uses if began[0] < use[1] and use[0] < back]
        if late:
            yield self.stay("leaver-sign-in", *name, began, max(late))
            return
        tried = account.get("tried")
        since, _ = self.steady(account, back)
        after = any(on and (following is None or following > leave) and first < back for on, first, _, following in runs)
        if not after and since and since <= leave:
            yield plain("leaver-sign-in", *name, "within")
            return
        if tried and leave < tried < back:
            yield self.stay("leaver-sign-in", *name, leave, (leave, tried))
            return
        needed = min(self.end, back, since if since and since >= leave else NEVER) - DAY
        watched = any(a <= leave < b and b >= needed for a, b in self.sign_ins.get(account["system"], []))
        # An export tells the newest use only: one in the next employment hides what was before.
        known = account["usage"] and account["snapshots"] and account["observed"] > leave
        quiet = known and not any(use >= back for _, use in uses)
        yield plain("leaver-sign-in", *name, "within" if watched or quiet else "unknown")

    def former(self, account, name, person, leave):
        """Whoever left at whatever time: can the account sign in now?"""
        on, _, last, _ = self.runs(account)[-1]
        if on:
            began = tuple(max(time, account["created"]) for time in self.span(person, leave))
            return self.stay("former-staff-access", *name, began, None, last, DAY)
        recent = max(last, self.covering(self.changes.get(account["system"], []), last)[1]) >= self.end - DAY
        off = account.get("deleted") or recent or last >= self.newest[account["system"]] - DAY
        return plain("former-staff-access", *name, "within" if off else "unknown")

    def returns(self, account, name, leave, back):
        runs, in_period = self.runs(account), self.start <= leave < self.end
        found = []
        for before, (on, first, last, following) in zip(runs, runs[1:]):
            if on and leave < first < back and (in_period or (back > self.end and first >= self.start)):
                ended = (following, following) if following else None
                found.append(self.stay("reenabled-leaver", *name, first, ended, last))
        if found or not in_period:
            yield from found
        elif any(not on and (following is None or following > leave) and first < back for on, first, _, following in runs):
            # Nobody switched it on again, if something shows that it stayed off.
            since, first = self.steady(account, back)
            yield plain("reenabled-leaver", *name, "within" if since and since <= max(leave, first) else "unknown")
        elif not any(on and self.seen_between(account, first, last, leave, back) for on, first, last, _ in runs):
            # A sight before the leave and one after the return say nothing of the time between.
            yield plain("reenabled-leaver", *name, "unknown")

    def seen_between(self, account, first, last, leave, back):
        """Whether a state that was first and last seen then was seen within a stay, or a log of changes shows it there."""
        windows = self.changes.get(account["system"], [])
        until, since = max(first, self.covering(windows, first)[1]), min(last, self.covering(windows, last)[0])
        return first <= back and until >= leave or since <= back and last >= leave

    def standing(self, account, name):
        seen, created = account["observed"], account["created"]
        if account["kind"] in ("human", "unknown"):
            if len(account["people"]) == 1:
                yield plain("orphan-accounts", *name, "within")
            else:
                # Of several people one may be the right one: then it never was an orphan.
                # Since when nobody stands behind it is known from the sight without a person on.
                row = self.stay("orphan-accounts", *name, (created, seen - MOMENT), None, seen)
                yield (*row[:3], "indeterminate", row[4], "", 0) if account["people"] else row
            if account["usage"]:
                # Of an attempt it is known that no use came after it; the last use may be as old as the account.
                began = (created, account["tried"]) if account.get("tried") else account["used"] or created
                yield self.stay("dormant-accounts", *name, began, None, seen, 90 * DAY)
            else:
                yield plain("dormant-accounts", *name, "unknown")
        if account["kind"] in ("service", "agent"):
            owned = account["owner"] != ""
            yield plain("ownerless-nhi", *name, "within") if owned else self.stay(
                "ownerless-nhi", *name, (created, seen - MOMENT), None, seen
            )

    def keys(self, credential, name):
        seen, status, age = credential["observed"], credential["status"], credential["age"]
        principal = self.accounts[credential["system"], credential["user"]]["people"] if credential["user"] else []
        for person, leave, _, back in self.leaves:
            if [person] in (principal, [credential["owner"]]) and back > self.end and status != "unknown":
                # When an inactive key was switched off is not told: at some time up to the export that shows it.
                ends = {"expired": (credential["expires"],) * 2, "inactive": (leave, max(leave, seen))}
                ended = ends.get(status)
                yield self.stay("leaver-credentials", *name, leave, ended, seen, DAY)
        if status == "active" and age:
            yield self.stay("unrotated-keys", *name, age, None, seen, self.key_limit)
            yield plain("unknown-age-credentials", *name, "within")
        elif status == "active":
            yield plain("unrotated-keys", *name, "unknown")
            # It is there, so it is older than nothing; since when, nobody knows.
            yield plain("unknown-age-credentials", *name, "over")
        # The password of the root user has no status and no age that AWS would give.

    def repairs(self):
        broken = {}
        for time, system, who, kind, result in self.events:
            if kind.startswith("application.provision.user."):
                change = (system, f"{ACTIONS[kind.split('.')[-1]]} {who}")
                if result == "FAILURE":
                    broken[change] = (broken.get(change, (time,))[0], time)
                elif change in broken:
                    began, seen = self.failed(change, *broken.pop(change))
                    yield self.stay("sync-recovery", *change, began, (min(time, seen), time), limit=DAY)
        for change, times in broken.items():
            began, seen = self.failed(change, *times)
            yield self.stay("sync-recovery", *change, began, None, seen, DAY)

    def failed(self, change, first, last):
        """The first failure, and until when the log surely has no repair."""
        return first, min(self.covering(self.changes["okta"], last)[1], self.end)

    def conflicts(self):
        """What HR says against what another source says of the same person, in force since both were exported."""
        for person, sightings in self.departments.items():
            newest, value = sightings[-1]
            if person in self.people and value != self.people[person]["department"]:
                since = min(time for time, seen in sightings if seen == value)
                yield self.conflict("entra", person, "department (entra-users)", since, newest)
        path = "hr/agency-roster.csv"
        for row in table(self.folder / path, ";"):
            person, hr = row["Client Worker ID"], self.people[row["Client Worker ID"]]
            status = {"Running": "Active", "Ended": "Terminated"}[row["Assignment Status"]]
            agree = {"status": status == hr["status"], "dates": day_first(row["Until"]) == day_first(hr["last"])}
            for attribute in (name for name, same in agree.items() if not same):
                yield self.conflict("hr", person, f"{attribute} (agency-roster)", *2 * [self.observed(path)])

    def conflict(self, system, person, what, since, newest):
        hr_seen = self.observed("hr/workers.csv")
        # An export shows what was there before it was made, so even a single sight is a stay of some length.
        length = max(newest, hr_seen) - max(since, hr_seen) + MOMENT
        return ("source-conflicts", system, f"{person}: {what}", "over", "", "", length // timedelta(seconds=1))

    def waiver(self, metric, system, subject):
        for row in table(self.folder / "waivers.csv"):
            held = at(row["approved_on"]) <= self.end < at(row["expires_on"]) + DAY
            if held and row["metric"] == metric and row["system"] in ("", system) and fnmatchcase(subject, row["subject"]):
                return row["waiver_id"]
        return ""


def plain(metric, system, subject, result):
    """A row without a length."""
    return (metric, system, subject, result, "", "", 0)


def main():
    samples = Samples(*sys.argv[1:4])
    rows = sorted(samples.items())
    out = csv.writer(sys.stdout, lineterminator="\n")
    if sys.argv[4] == "counts":
        results, counts = ["within", "over", "indeterminate", "unknown"], Counter((row[0], row[3]) for row in rows)
        out.writerow(["metric", *results])
        out.writerows([metric, *(counts[metric, result] for result in results)] for metric in sorted({row[0] for row in rows}))
    else:
        out.writerow(["metric", "system", "subject", "result", "began_at", "ended_at", "length_seconds", "waiver_id"])
        out.writerows((*row, samples.waiver(*row[:3])) for row in rows if row[3] in ("over", "indeterminate"))


if __name__ == "__main__":
    main()
