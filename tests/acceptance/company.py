"""Writes an invented company of any size in the engine's own CSV: something for every metric, chosen by a seed.

usage: company.py FOLDER [PEOPLE [SEED]]
"""
import csv
import datetime
import pathlib
import random
import sys

folder = pathlib.Path(sys.argv[1])
people = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 7)
AS_OF = datetime.datetime(2026, 10, 1)
FROM = datetime.datetime(2026, 7, 1)
DEPARTMENTS = ["Sales", "Finance", "Claims", "Engineering", "Operations"]
SYSTEMS = [("directory", "no"), ("crm", "yes"), ("erp", "yes"), ("wiki", "yes")]


def write(name, header, rows):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(rows)


def at(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ") if time else ""


def day(time):
    return time.strftime("%Y-%m-%d") if time else ""


def within(first, last):
    return first + (last - first) * chance.random()


staff, accounts, events, entitlements, credentials, reviews = [], [], [], [], [], []
number = 0


def event(time, system, action, account, outcome="success", actor="sync", **more):
    global number
    number += 1
    events.append([at(time), f"e{number}", system, action, outcome, account, actor, more.get("entitlement", ""),
                   more.get("attribute", ""), more.get("old", ""), more.get("new", "")])


for n in range(people):
    person = f"P{n:06}"
    start = within(datetime.datetime(2015, 1, 1), AS_OF) if chance.random() < 0.97 else within(FROM, AS_OF)
    leaves = chance.random() < 0.06
    end = within(max(start, datetime.datetime(2026, 5, 1)), AS_OF) if leaves else None
    told = end + datetime.timedelta(days=chance.choice([-20, -5, -1, 0, 2])) if end else None
    department = chance.choice(DEPARTMENTS)
    worker = chance.choice(["employee", "employee", "employee", "contractor"])
    away = day(within(FROM, AS_OF)) if not end and chance.random() < 0.01 else ""
    row = [person, f"Person {n}", f"p{n}@invented.example", worker, "terminated" if end else "active"]
    moved = within(FROM, AS_OF) if not end and start < FROM and chance.random() < 0.03 else None
    if moved:
        other = chance.choice([one for one in DEPARTMENTS if one != department])
        staff.append([*row, other, "", day(start), "", "", day(start), away])
        staff.append([*row, department, "", day(start), "", "", day(moved), away])
        before = other
    else:
        staff.append([*row, department, "", day(start), day(end), at(told), "", away])
        before = department
    for system, synchronised in SYSTEMS:
        if chance.random() < 0.25:
            continue
        account = f"{system[0]}{n}"
        made = start + datetime.timedelta(days=chance.choice([-3, 0, 0, 0, 1, 4]))
        made = min(made, AS_OF - datetime.timedelta(days=1))
        off = end + datetime.timedelta(hours=chance.choice([-2, 1, 3, 30, 400])) if end and chance.random() < 0.9 else None
        off = off if off and made < off < AS_OF else None
        seen = within(made, off or AS_OF)
        used = at(seen) if chance.random() < 0.9 else ""
        kind = "guest" if chance.random() < 0.01 else "human"
        accounts.append([system, account, f"p{n}", f"p{n}@invented.example", person, kind,
                         "yes" if chance.random() < 0.03 else "no", "disabled" if off else "active", at(made), at(off), used,
                         "local" if chance.random() < 0.02 else "sync", "", ""])
        if off and off > FROM:
            if chance.random() < 0.1:
                event(off - datetime.timedelta(hours=3), system, "disable", account, "failure")
            event(off, system, "disable", account, actor="sync" if chance.random() < 0.95 else "admin")
        if made > FROM:
            event(made, system, "create", account)
        if chance.random() < 0.1:
            event(max(seen, FROM), system, "sign_in", account, actor="self")
        if synchronised == "yes":
            grant = f"{before.lower()}-users"
            gone = moved + datetime.timedelta(days=chance.choice([0, 1, 5, 60])) if moved else off
            gone = gone if gone and made < gone < AS_OF and chance.random() < 0.7 else None
            entitlements.append([system, account, grant, "group", "yes" if chance.random() < 0.05 else "no", at(made), at(gone)])
    if chance.random() < 0.2:
        born = within(max(start, datetime.datetime(2023, 1, 1)), AS_OF)
        turned = at(within(born, AS_OF)) if chance.random() < 0.5 else ""
        dies = chance.choice(["", "", day(born + datetime.timedelta(days=chance.choice([60, 365, 900])))])
        credentials.append(["crm", f"k{n}", "api_key", f"c{n}", "", chance.choice(["active"] * 5 + ["inactive"]), at(born), turned,
                            at(within(born, AS_OF)) if chance.random() < 0.7 else "", dies])
for n in range(people // 20):
    kind = chance.choice(["service", "service", "agent", "shared", "break_glass"])
    owner = f"p{chance.randrange(people)}@invented.example" if chance.random() < 0.8 else ""
    made = within(datetime.datetime(2022, 1, 1), AS_OF)
    system = chance.choice(["crm", "erp"])
    accounts.append([system, f"svc{n}", f"svc-{n}", "", "", kind, "no", "active", at(made), "", at(within(made, AS_OF)), "sync", owner,
                     ""])
    credentials.append([system, f"s{n}", "secret", f"svc{n}", owner, "active", at(made), at(within(made, AS_OF)), at(AS_OF), ""])
    if chance.random() < 0.6:
        decided = within(FROM, AS_OF)
        reviews.append(["2026 H2", system, f"svc{n}", "", f"p{chance.randrange(people)}@invented.example",
                        chance.choice(["keep", "keep", "revoke", ""]), "2026-08-31", at(decided) if chance.random() < 0.8 else ""])

write("hr/people.csv", ["person_id", "name", "email", "worker_type", "status", "department", "title", "started_on", "ended_on",
                        "end_recorded_at", "effective_on", "on_leave_from"], staff)
header = ["system", "account_id", "username", "email", "person_id", "kind", "privileged", "status", "created_at", "disabled_at",
          "last_seen_at", "managed_by", "owner", "parent_id"]
extractions = [["hr/people.csv", at(AS_OF), len(staff), "", ""]]
for system, _ in SYSTEMS:
    for name, columns, rows, at_place in [
        ("accounts", header, accounts, 0),
        ("entitlements", ["system", "account_id", "entitlement", "kind", "privileged", "granted_at", "revoked_at"], entitlements, 0),
        ("credentials", ["system", "credential_id", "kind", "account_id", "owner", "status", "created_at", "rotated_at",
                         "last_used_at", "expires_at"], credentials, 0),
        ("reviews", ["campaign", "system", "account_id", "entitlement", "reviewer", "decision", "due_at", "decided_at"], reviews, 1),
        ("events", ["occurred_at", "event_id", "system", "action", "outcome", "account_id", "actor_kind", "entitlement", "attribute",
                    "old_value", "new_value"], sorted(events), 2),
    ]:
        own = [row for row in rows if row[at_place] == system]
        if own:
            write(f"{system}/{name}.csv", columns, own)
            window = (at(FROM), at(AS_OF)) if name == "events" else ("", "")
            extractions.append([f"{system}/{name}.csv", at(AS_OF), len(own), *window])
write("systems.csv", ["system", "title", "owner", "in_scope", "synchronised", "telemetry"],
      [["hr", "HR", "", "yes", "no", "no"]] + [[name, name.title(), "it@invented.example", "yes", how, "yes"] for name, how in SYSTEMS])
write("extractions.csv", ["path", "extracted_at", "expected_rows", "covers_from", "covers_to"], extractions)
write("waivers.csv", ["waiver_id", "metric", "subject", "system", "reason", "approver", "approved_on", "expires_on"],
      [[f"W{n}", chance.choice(["orphan-accounts", "dormant-accounts", "ownerless-nhi"]), f"svc-{n}" if n % 2 else f"p{n}", "",
        "accepted", f"p{chance.randrange(people)}@invented.example", "2026-01-01", chance.choice(["2026-08-31", "2027-01-31"])]
       for n in range(40)])
roles = "".join(f"""
[[role]]
name = "{name.lower()}"
department = "{name}"
[[role.grant]]
system = ["crm", "erp", "wiki"]
entitlement = "{name.lower()}-users"
""" for name in DEPARTMENTS)
(folder / "policy.toml").write_text(f'title = "Invented"\n{roles}')
(folder / "overstay.toml").write_text('organisation = "Invented"\nzone = "UTC"\nperiod = "2026-Q3"\npolicy = "policy.toml"\n')
print(f"{len(staff)} rows of people, {len(accounts)} accounts, {len(entitlements)} grants, {len(events)} events, "
      f"{len(credentials)} credentials, {len(reviews)} reviews")
