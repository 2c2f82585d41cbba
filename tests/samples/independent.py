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
ON, OFF = (".reactivate", ".unsuspend", ".activate"), (".deactivate", ".suspend", ".delete.completed")
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
        self.observed = lambda path: extracted.get(path, self.end)
        self.key_limit = self.limit("unrotated-keys", 90 * DAY)
        self.read_people()
        self.read_log()
        self.accounts, self.credentials = {}, []
        self.read_okta(), self.read_entra(), self.read_aws(), self.read_payroll(), self.read_inventory()
        self.add_deleted()
        links = {(row["system"], row["account_id"]): row["person_id"] for row in table(self.folder / "links.csv")}
        for account in self.accounts.values():
            account["people"] = self.match(account, links)

    # ---- reading

    def limit(self, metric, shipped):
        """The limit of the quarter's own policy file in days, if it has one, else the limit that ships with the tool."""
        path = self.folder / "mappings/policies/acme.toml"
        return days(tomllib.loads(path.read_text())["metrics"][metric]["limit"]) if path.exists() else shipped

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
            self.unusable["payroll accounts"] += not row["status"]
            if row["status"]:
                self.account(
                    path, row["system"], row["account_id"], row["username"], row["email"], person=row["person_id"],
                    privileged={"yes": True, "no": False}[row["privileged"]],
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

    def add_deleted(self):
        """Accounts that no export shows any more: only the log knows that they were switched off."""
        shown = {(account["system"], account["username"]) for account in self.accounts.values()}
        for _, system, who, kind, result in self.events:
            if kind.endswith(OFF) and result == "SUCCESS" and (system, who) not in shown:
                self.accounts[system, who] = {
                    "system": system, "id": who, "username": who, "mail": None, "person": None, "kind": "unknown",
                    "snapshots": [], "disabled_at": None, "enabled": False, "usage": False, "used": None,
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
        if account["disabled_at"]:
            found.add((account["disabled_at"], False))
        return sorted(found)

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
        if shots[-1][1]:
            return ((back, back), None) if back <= self.end else (None, shots[-1][0])
        first_off = next(time for time, on in shots if not on)
        last_on = max((time for time, on in shots if on), default=leave)
        return (max(leave, last_on), max(leave, first_off)), None

    def pairs(self):
        for person, leave, recorded, back in self.leaves:
            if self.start <= leave < self.end:
                for account in self.accounts.values():
                    if account["people"] == [person] and account["kind"] in ("human", "unknown"):
                        yield account, leave, recorded, back

    # ---- metrics: each yields a row for every item that it looked at

    def stay(self, metric, system, subject, began, ended, seen=None, limit=timedelta(0)):
        """A row for a stay. `ended` is (earliest, latest), or None while it is open, last seen at `seen`.

        At as-of an open stay may be as long as if it had gone on until then."""
        low, high = ended or (seen, self.end)
        shortest, longest = max(low - began, timedelta(0)), max(high - began, timedelta(0))
        result = "over" if shortest > limit else "indeterminate" if longest > limit else "within"
        return (metric, system, subject, result, iso(began), iso(high) if ended else "", shortest // timedelta(seconds=1))

    def items(self):
        for account, leave, recorded, back in self.pairs():
            ended, seen = self.end_of_access(account, leave, back)
            name = (account["system"], account["username"])
            yield self.stay("leaver-lag", *name, leave, ended, seen, DAY)
            if recorded:
                yield self.stay("leaver-lag-notified", *name, max(leave, recorded), ended, seen, DAY)
            else:
                yield plain("leaver-lag-notified", *name, "unknown")
            yield self.sign_in(account, name, leave, back, ended)
            yield from self.returns(account, name, leave, back, ended)
        for person, leave, recorded, _ in self.leaves:
            if self.start <= leave < self.end:
                told = recorded and max(leave, recorded)
                row = ("hr-recording-lag", "", person)
                yield self.stay(*row, leave, (told, told)) if told else plain(*row, "unknown")
        for account in self.accounts.values():
            if account["enabled"]:
                yield from self.standing(account, (account["system"], account["username"]))
        for credential in self.credentials:
            yield from self.keys(credential, (credential["system"], credential["id"]))
        yield from self.repairs()
        yield from self.conflicts()

    def sign_in(self, account, name, leave, back, ended):
        uses = [account["used"]] + [
            time for time, system, who, kind, result in self.events
            if (system, who, kind, result) == (*name, "user.session.start", "SUCCESS")
        ]
        late = [time for time in uses if time and leave < time < back]
        if late:
            return self.stay("leaver-sign-in", *name, leave, (max(late), max(late)))
        # An export tells the newest use only: one in the next employment hides what was before.
        quiet = account["usage"] and account["observed"] > leave and (account["used"] or leave) <= leave
        return plain("leaver-sign-in", *name, "within" if quiet or ended == (leave, leave) else "unknown")

    def returns(self, account, name, leave, back, ended):
        if not ended or ended == (back, back):
            return  # access never ended, so it could not come back
        found, on = [], None
        for time, enabled in self.switches(account):
            if ended[0] <= time < back and enabled:
                on = on or time
            elif on and not enabled:
                found.append(self.stay("reenabled-leaver", *name, on, (time, time)))
                on = None
        if on:
            found.append(self.stay("reenabled-leaver", *name, on, None, account["observed"]))
        yield from found or [plain("reenabled-leaver", *name, "within")]

    def standing(self, account, name):
        seen, created = account["observed"], account["created"]
        if account["kind"] in ("human", "unknown"):
            if len(account["people"]) == 1:
                yield plain("orphan-accounts", *name, "within")
            else:
                # Of several people one may be the right one: then it never was an orphan.
                row = self.stay("orphan-accounts", *name, created, None, seen)
                yield (*row[:3], "indeterminate", row[4], "", 0) if account["people"] else row
            if account["usage"]:
                yield self.stay("dormant-accounts", *name, account["used"] or created, None, seen, 90 * DAY)
            else:
                yield plain("dormant-accounts", *name, "unknown")
        if account["kind"] in ("service", "agent"):
            owned = account["owner"] != ""
            yield plain("ownerless-nhi", *name, "within") if owned else self.stay("ownerless-nhi", *name, created, None, seen)

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
        elif status in ("active", "unknown"):
            yield plain("unrotated-keys", *name, "unknown")
            # It is there, so it is older than nothing; since when, nobody knows.
            yield plain("unknown-age-credentials", *name, "over" if status == "active" else "unknown")

    def repairs(self):
        broken = {}
        for time, system, who, kind, result in self.events:
            if kind.startswith("application.provision.user."):
                change = (system, f"{ACTIONS[kind.split('.')[-1]]} {who}")
                if result == "FAILURE":
                    broken.setdefault(change, time)
                elif change in broken:
                    yield self.stay("sync-recovery", *change, broken.pop(change), (time, time), limit=DAY)
        for change, began in broken.items():
            yield self.stay("sync-recovery", *change, began, None, self.log_end, DAY)

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
