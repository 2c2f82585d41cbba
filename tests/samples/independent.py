"""Works out the findings of the Acme samples from the raw vendor files, without the engine.

Usage: python3 tests/samples/independent.py samples/acme 2026-07-01 2026-10-01

It follows the definitions of the metrics only, knows just the files of these samples, and prints the columns of
tests/samples/expected/*.csv. Lengths are the shortest reading in whole seconds, rounded down.
"""
import csv
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

DAY, NEVER = timedelta(days=1), datetime.max.replace(tzinfo=timezone.utc)


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
        self.observed = lambda path: extracted.get(path, self.end)
        self.read_people()
        self.read_log()
        self.accounts, self.credentials = {}, []
        self.read_okta(), self.read_entra(), self.read_aws(), self.read_payroll(), self.read_inventory()
        links = {(row["system"], row["account_id"]): row["person_id"] for row in table(self.folder / "links.csv")}
        for account in self.accounts.values():
            account["people"] = self.match(account, links)

    # ---- reading

    def read_people(self):
        self.people, jobs = {}, {}
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

    def read_log(self):
        self.events, self.log_end = [], self.observed("okta/system-log.ndjson")
        seen = set()
        for line in (self.folder / "okta/system-log.ndjson").read_text(encoding="utf-8").splitlines():
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                continue
            if event["uuid"] in seen:
                continue
            seen.add(event["uuid"])
            target = {item["type"]: item for item in event["target"] or []}
            app = target.get("AppInstance")
            who = target.get("AppUser") if app else target.get("User", event["actor"])
            system = app["displayName"].lower() if app else "okta"
            self.events.append((at(event["published"]), system, who["alternateId"], event["eventType"], event["outcome"]["result"]))
        self.events.sort()

    def account(self, path, system, key, username, mail, **more):
        known = self.accounts.setdefault((system, key), {"system": system, "id": key, "snapshots": [], "disabled_at": None})
        enabled, seen = more["enabled"], self.observed(path)
        known["snapshots"].append((seen, enabled))
        known.update(more, username=username, mail=mail, observed=seen)

    def read_okta(self):
        for row in document(self.folder / "okta/users.json"):
            profile = row["profile"]
            self.account(
                "okta/users.json", "okta", row["id"], profile["login"], profile["email"],
                person=profile.get("employeeNumber"), kind="unknown", created=at(row["created"]), used=at(row["lastLogin"]),
                enabled=row["status"] in ("ACTIVE", "PROVISIONED", "LOCKED_OUT", "PASSWORD_EXPIRED"), usage=True,
            )

    def read_entra(self):
        self.departments = {}
        for path in sorted((self.folder / "entra").glob("*.json"), key=lambda p: self.observed(f"entra/{p.name}")):
            name = f"entra/{path.name}"
            for row in document(path)["value"]:
                used = at(row.get("signInActivity", {}).get("lastSignInDateTime"))
                self.account(
                    name, "entra", row["id"], row["userPrincipalName"], row["mail"], person=row["employeeId"],
                    kind="guest" if row["userType"] == "Guest" else "human", created=at(row["createdDateTime"]), used=used,
                    enabled=row["accountEnabled"], usage=used is not None,
                )
                if row["department"]:
                    self.departments.setdefault(row["employeeId"], []).append((self.observed(name), row["department"]))

    def read_aws(self):
        path = "aws/credential-report.csv"
        for row in table(self.folder / path):
            user, created, uses = row["user"], at(row["user_creation_time"]), [at(row["password_last_used"])]
            parts = [("password", row["password_enabled"], row["password_last_changed"])]
            for number in ("1", "2"):
                key = f"access_key_{number}"
                uses.append(at(row[key + "_last_used_date"]))
                if row[key + "_last_rotated"] != "N/A":
                    parts.append((key, row[key + "_active"], row[key + "_last_rotated"]))
            for part, active, changed in parts:
                status = {"true": "active", "false": "inactive"}.get(active, "unknown")
                self.credential(path, "aws", f"{user}/{part}", user, status, at(changed), None)
            self.account(
                path, "aws", user, user, None, person=None, kind="unknown", created=created,
                used=max((time for time in uses if time), default=None), usage=True,
                enabled=any(active == "true" for _, active, _ in parts),
            )

    def read_payroll(self):
        path = "payroll/accounts.csv"
        for row in table(self.folder / path):
            if row["status"]:
                self.account(
                    path, row["system"], row["account_id"], row["username"], row["email"], person=row["person_id"],
                    kind=row["kind"], created=at(row["created_at"]), used=at(row["last_seen_at"]), usage=bool(row["last_seen_at"]),
                    enabled=row["status"] == "active", disabled_at=at(row["disabled_at"]), owner=row["owner"],
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

    # ---- who, and until when

    def match(self, account, links):
        if (account["system"], account["id"]) in links:
            return [links[account["system"], account["id"]]]
        if account["person"]:
            return [account["person"]]
        names = {name.lower() for name in (account["username"], account["mail"]) if name}
        by_mail = [p for p, d in self.people.items() if d["mail"] in names]
        return by_mail or [p for p, d in self.people.items() if d["alias"] & names]

    def switches(self, account):
        """Known instants at which the account was switched on or off, in order."""
        on, off = (".reactivate", ".unsuspend", ".activate"), (".deactivate", ".suspend", ".delete.completed")
        found = {
            (time, kind.endswith(on))
            for time, system, who, kind, result in self.events
            if system == account["system"] and who == account["username"] and result == "SUCCESS" and kind.endswith(on + off)
        }
        if account["disabled_at"]:
            found.add((account["disabled_at"], False))
        return sorted(found)

    def end_of_access(self, account, leave, back):
        """(earliest, latest) end at or after `leave`; (None, seen until) while it is open."""
        switches = self.switches(account)
        before = [on for time, on in switches if time <= leave]
        if before and not before[-1]:
            return leave, leave
        later = [time for time, on in switches if leave < time <= back and not on]
        if later:
            return later[0], later[0]
        shots = account["snapshots"]
        if shots[-1][1]:
            return (back, back) if back <= self.end else (None, shots[-1][0])
        first_off = next(time for time, on in shots if not on)
        last_on = max((time for time, on in shots if on), default=leave)
        return max(leave, last_on), max(leave, first_off)

    def pairs(self):
        for person, leave, recorded, back in self.leaves:
            if self.start <= leave < self.end:
                for account in self.accounts.values():
                    if account["people"] == [person] and account["kind"] in ("human", "unknown"):
                        yield account, leave, recorded, back

    # ---- metrics

    def findings(self):
        for account, leave, recorded, back in self.pairs():
            low, high = self.end_of_access(account, leave, back)
            name = (account["system"], account["username"])
            for metric, began in (("leaver-lag", leave), ("leaver-lag-notified", recorded and max(leave, recorded))):
                if began:
                    yield stay(metric, *name, began, low, high, DAY)
            yield from self.after_leave(account, leave, back, low or NEVER)
        for person, leave, recorded, _ in self.leaves:
            if recorded and self.start <= leave < self.end:
                yield stay("hr-recording-lag", "", person, leave, max(leave, recorded), max(leave, recorded))
        for account in self.accounts.values():
            yield from self.standing(account)
        for credential in self.credentials:
            yield from self.keys(credential)
        yield from self.repairs()
        yield from self.conflicts()

    def after_leave(self, account, leave, back, end):
        name = (account["system"], account["username"])
        uses = [account["used"]] + [
            time for time, system, who, kind, result in self.events
            if (system, who, kind, result) == (*name, "user.session.start", "SUCCESS")
        ]
        late = [time for time in uses if time and leave < time <= min(end, back)]
        if late:
            yield stay("leaver-sign-in", *name, leave, max(late), max(late))
        on = None
        for time, enabled in self.switches(account):
            if leave <= end <= time < back and enabled:
                on = on or time
            elif on and not enabled:
                yield stay("reenabled-leaver", *name, on, time, time)
                on = None
        if on:
            yield stay("reenabled-leaver", *name, on, None, account["observed"])

    def standing(self, account):
        name, seen = (account["system"], account["username"]), account["observed"]
        if not account["enabled"]:
            return
        if account["kind"] in ("human", "unknown"):
            if len(account["people"]) != 1:
                ambiguous = len(account["people"]) > 1
                yield stay("orphan-accounts", *name, account["created"], None, seen, maybe=ambiguous)
            if account["usage"]:
                yield stay("dormant-accounts", *name, account["used"] or account["created"], None, seen, 90 * DAY)
        if account["kind"] in ("service", "agent") and account.get("owner") == "":
            yield stay("ownerless-nhi", *name, account["created"], None, seen)

    def keys(self, credential):
        name, seen = (credential["system"], credential["id"]), credential["observed"]
        principal = self.accounts[credential["system"], credential["user"]]["people"] if credential["user"] else []
        for person, leave, _, _ in self.leaves:
            if [person] in (principal, [credential["owner"]]):
                ended = credential["expires"] if credential["status"] == "expired" else None
                if credential["status"] in ("active", "expired"):
                    yield stay("leaver-credentials", *name, leave, ended, ended or seen, DAY)
        if credential["status"] == "active" and credential["age"]:
            yield stay("unrotated-keys", *name, credential["age"], None, seen, 90 * DAY)
        if credential["status"] == "active" and not credential["age"]:
            yield ("unknown-age-credentials", *name, "indeterminate", "", "", 0)

    def repairs(self):
        broken = {}
        for time, system, who, kind, result in self.events:
            if kind.startswith("application.provision."):
                if result == "FAILURE":
                    broken.setdefault((system, who, kind), time)
                elif (system, who, kind) in broken:
                    yield stay("sync-recovery", system, who, broken.pop((system, who, kind)), time, time, DAY)
        for (system, who, _), began in broken.items():
            yield stay("sync-recovery", system, who, began, None, self.log_end, DAY)

    def conflicts(self):
        for person, sightings in self.departments.items():
            differs = [time for time, value in sightings if person in self.people and value != self.people[person]["department"]]
            if differs:
                yield stay("source-conflicts", "entra", person, differs[0], None, differs[-1], maybe=differs[0] == differs[-1])
        path = "hr/agency-roster.csv"
        for row in table(self.folder / path, ";"):
            hr, seen = self.people[row["Client Worker ID"]], self.observed(path)
            status = {"Running": "Active", "Ended": "Terminated"}[row["Assignment Status"]]
            for same in (status == hr["status"], day_first(row["Until"]) == day_first(hr["last"])):
                if not same:
                    yield stay("source-conflicts", "hr", row["Client Worker ID"], seen, None, seen, maybe=True)


def stay(metric, system, subject, began, low, high, limit=timedelta(0), maybe=False):
    """A row, or None when the stay is surely within its limit. `low` is None while it is open."""
    shortest = max((high if low is None else low) - began, timedelta(0))
    longest = max(high - began, timedelta(0))
    if max(shortest, longest) <= limit and not maybe:
        return None
    result = "indeterminate" if maybe or shortest <= limit else "over"
    return (metric, system, subject, result, iso(began), "" if low is None else iso(high), shortest // timedelta(seconds=1))


def main():
    rows = sorted(row for row in Samples(*sys.argv[1:4]).findings() if row)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["metric", "system", "subject", "result", "began_at", "ended_at", "length_seconds"])
    out.writerows(rows)


main()
