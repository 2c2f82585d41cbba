//! Invented companies in which all is well, or all but one thing: a law that starts from "not met" everywhere finds nothing.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::chance::Chance;
use super::folder::Folder;
use super::people::{Person, okta_id, people, people_at};

/// What is not well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing.
    None,
    /// An account of a leaver was closed days late.
    LateLeaver,
    /// An account of a leaver of the period is open.
    OpenLeaver,
    /// An account of somebody who left months before the period is open.
    FormerOpen,
    /// An account was used in the hours between the leave and its end.
    UsedAfter,
    /// An account belongs to nobody.
    Orphan,
    /// The same, and a waiver in force covers it.
    WaivedOrphan,
    /// An account was not used for half a year.
    Dormant,
    /// An access key is a year old.
    OldKey,
    /// A key has neither a creation nor a rotation time.
    AgelessKey,
    /// A key whose owner left can be used.
    LeaverKey,
    /// A service account has no owner.
    Ownerless,
    /// A failed change was not repaired.
    Unrepaired,
    /// A leaver's account was switched on again for some days.
    Reenabled,
    /// HR recorded a leave days after it.
    RecordedLate,
    /// HR and the directory disagree about a leave.
    Conflict,
}

impl Fault {
    pub(super) const ALL: [Self; 16] = [
        Self::None,
        Self::LateLeaver,
        Self::OpenLeaver,
        Self::FormerOpen,
        Self::UsedAfter,
        Self::Orphan,
        Self::WaivedOrphan,
        Self::Dormant,
        Self::OldKey,
        Self::AgelessKey,
        Self::LeaverKey,
        Self::Ownerless,
        Self::Unrepaired,
        Self::Reenabled,
        Self::RecordedLate,
        Self::Conflict,
    ];

    /// The metrics that it makes not met; in a company without a fault none is.
    pub(super) fn metrics(self) -> &'static [&'static str] {
        match self {
            Self::None | Self::WaivedOrphan => &[],
            Self::LateLeaver => &["leaver-lag", "leaver-lag-notified"],
            Self::OpenLeaver => &["leaver-lag", "leaver-lag-notified", "former-staff-access"],
            Self::FormerOpen => &["former-staff-access", "dormant-accounts"],
            Self::UsedAfter => &["leaver-sign-in"],
            Self::Orphan => &["orphan-accounts"],
            Self::Dormant => &["dormant-accounts"],
            Self::OldKey => &["unrotated-keys"],
            Self::AgelessKey => &["unknown-age-credentials"],
            Self::LeaverKey => &["leaver-credentials"],
            Self::Ownerless => &["ownerless-nhi"],
            Self::Unrepaired => &["sync-recovery"],
            Self::Reenabled => &["reenabled-leaver"],
            Self::RecordedLate => &["hr-recording-lag"],
            Self::Conflict => &["source-conflicts"],
        }
    }
}

/// Moment of every export, and of the assessment.
const AS_OF: &str = "2026-10-01T00:00:00Z";

/// Moment of the older exports, if there are any.
const EARLIER: &str = "2026-08-31T18:00:00Z";

/// A company in a folder of exports, with times and control totals for every file.
pub(super) fn company(seed: u64, fault: Fault) -> Folder {
    let mut chance = Chance::new(seed);
    let people = people(&mut chance);
    let mut folder = Folder::default();
    folder.put(
        "overstay.toml",
        "organisation = \"Lindwurm Works\"\nzone = \"UTC\"\nperiod = \"2026-Q3\"\n\n[authority]\n\
         status = [\"own-people\"]\ndates = [\"own-people\", \"entra-users\"]\n",
    );
    folder.put(
        "systems.csv",
        "system,title,owner,criticality,in_scope,synchronised,telemetry\n\
        okta,Okta,it@lindwurm.example,high,yes,yes,yes\nentra,Entra ID,it@lindwurm.example,high,yes,yes,yes\n\
        aws,AWS,it@lindwurm.example,high,yes,no,yes\ncrm,CRM,sales@lindwurm.example,medium,yes,yes,yes\n\
",
    );
    folder.put("hr/people.csv", hr(&people, fault));
    folder.put("okta/users.json", okta(&people));
    folder.put("okta/log.ndjson", log(&people, fault));
    entra(&people, fault, &mut folder);
    aws(&people, fault, &mut folder);
    folder.put("crm/accounts.csv", crm(&people, fault));
    folder.put("crm/keys.csv", keys(&people, fault, AS_OF));
    if fault == Fault::WaivedOrphan {
        folder.put(
            "waivers.csv",
            "waiver_id,metric,subject,system,reason,approver,ticket,approved_on,expires_on\n\
             W-9,orphan-accounts,c-900,crm,Shared screen of the shop,I. Heron,T-77,2026-05-04,2026-12-31\n",
        );
    }
    register(&mut folder);
    folder.with_totals()
}

fn hr(people: &[Person], fault: Fault) -> String {
    let mut out = "person_id,name,email,worker_type,status,department,manager_id,started_on,ended_on,end_recorded_at\n"
        .to_owned();
    for (number, person) in people.iter().enumerate() {
        let (status, ended, recorded) = match &person.left {
            None => ("active", String::new(), String::new()),
            Some((day, _)) => {
                let month =
                    if fault == Fault::RecordedLate && day.starts_with("2026-07") { "2026-08" } else { "2026-01" };
                ("terminated", day.clone(), format!("{month}-28T08:00:00Z"))
            }
        };
        let boss = if number == 0 { "" } else { people[0].id.as_str() };
        let (id, name, mail, started) = (&person.id, person.name(), &person.mail, &person.started);
        writeln!(out, "{id},{name},{mail},employee,{status},Works,{boss},{started},{ended},{recorded}")
            .expect("memory");
    }
    out
}

fn okta(people: &[Person]) -> Vec<u8> {
    let user = |person: &Person| {
        let created = format!("{}T08:00:00.000Z", person.started);
        json!({
            "id": okta_id(person),
            "status": if person.left.is_some() { "DEPROVISIONED" } else { "ACTIVE" },
            "created": created, "activated": created,
            "statusChanged": person.closed().unwrap_or(&created),
            "lastLogin": person.used, "lastUpdated": created,
            "profile": {"login": person.mail, "email": person.mail, "firstName": person.name[0], "lastName": person.name[1],
                        "employeeNumber": person.id},
            "credentials": {"provider": {"type": "ACTIVE_DIRECTORY", "name": "lindwurm.example"}}
        })
    };
    serde_json::to_vec(&people.iter().map(user).collect::<Vec<_>>()).expect("memory")
}

struct Log(Vec<Value>);

impl Log {
    fn add(&mut self, at: &str, kind: &str, person: &Person, application: bool, result: &str) {
        let user =
            json!({"id": okta_id(person), "type": "User", "alternateId": person.mail, "displayName": person.name()});
        let target = if application {
            json!([
                {"id": "0oalwcrm", "type": "AppInstance", "alternateId": "CRM", "displayName": "CRM"},
                {"id": format!("0ua{}", person.id), "type": "AppUser", "alternateId": person.mail, "displayName": person.name()},
                user
            ])
        } else {
            json!([user])
        };
        let by_self = kind == "user.session.start";
        let actor = if by_self {
            user.clone()
        } else {
            json!({"id": "00ulwsync", "type": "SystemPrincipal", "alternateId": "system@okta.com", "displayName": "Okta System"})
        };
        self.0.push(json!({
            "uuid": format!("lw-{:05}", self.0.len()), "published": at, "eventType": kind, "severity": "INFO",
            "actor": actor, "outcome": {"result": result, "reason": if result == "FAILURE" { json!("timeout") } else { Value::Null }},
            "target": if by_self { Value::Null } else { target }
        }));
    }
}

fn log(people: &[Person], fault: Fault) -> String {
    let mut log = Log(Vec::new());
    let staff: Vec<&Person> = people.iter().filter(|person| person.left.is_none()).collect();
    // Every second day somebody signs in: a log with a habit, in which a hole would show.
    for number in (0..92).step_by(2) {
        let (month, day) = if number < 31 {
            (7, number + 1)
        } else if number < 62 {
            (8, number - 30)
        } else {
            (9, number - 61)
        };
        let person = staff[day % staff.len()];
        let at = format!("2026-{month:02}-{day:02}T07:30:00.000Z");
        // The list of users knows no older use than the log.
        if at[..10] <= person.used[..10] {
            log.add(&at, "user.session.start", person, false, "SUCCESS");
        }
    }
    log.add("2026-08-05T06:00:00.000Z", "application.provision.user.push_profile", staff[1], true, "FAILURE");
    log.add("2026-08-05T09:00:00.000Z", "application.provision.user.push_profile", staff[1], true, "SUCCESS");
    if fault == Fault::Unrepaired {
        log.add("2026-08-20T06:00:00.000Z", "application.provision.user.push_profile", staff[2], true, "FAILURE");
    }
    for (number, person) in people.iter().filter(|person| person.left.is_some()).enumerate() {
        let closed = person.closed().expect("a leaver");
        if closed < "2026-07" {
            continue;
        }
        if fault == Fault::Reenabled && number == 0 {
            // Off in time, on again for two days; the list of users tells the last change.
            let day = &closed[..10];
            log.add(&format!("{day}T12:00:00.000Z"), "user.lifecycle.deactivate", person, false, "SUCCESS");
            log.add("2026-08-24T12:00:00.000Z", "user.lifecycle.activate", person, false, "SUCCESS");
            log.add("2026-08-26T12:00:00.000Z", "user.lifecycle.deactivate", person, false, "SUCCESS");
        } else {
            log.add(&closed.replace("00Z", "00.000Z"), "user.lifecycle.deactivate", person, false, "SUCCESS");
        }
    }
    let mut lines: Vec<String> = log.0.iter().map(Value::to_string).collect();
    lines.sort_by_key(|line| line.split("\"published\":").nth(1).map(str::to_owned));
    lines.join("\n") + "\n"
}

fn entra(people: &[Person], fault: Fault, folder: &mut Folder) {
    let user = |person: &Person| {
        json!({
            "id": format!("7f1e0000-0000-4000-8000-00000000{}", &person.id[1..]),
            "userPrincipalName": person.mail, "displayName": person.name(), "mail": person.mail, "accountEnabled": true,
            "createdDateTime": format!("{}T08:00:00Z", person.started), "employeeId": person.id, "userType": "Member",
            "signInActivity": {"lastSuccessfulSignInDateTime": person.used}
        })
    };
    let (staff, left): (Vec<&Person>, Vec<&Person>) = people.iter().partition(|person| person.left.is_none());
    let users: Vec<Value> = staff.iter().map(|person| user(person)).collect();
    let context = "https://graph.microsoft.com/v1.0/$metadata#users";
    let page = |value: &Value| serde_json::to_vec(value).expect("memory");
    folder.put("entra/users.json", page(&json!({"@odata.context": context, "value": users})));
    let deleted: Vec<Value> = left
        .iter()
        .map(|person| {
            let mut user = user(person);
            let (day, closed) = person.left.as_ref().expect("a leaver");
            user["deletedDateTime"] = json!(closed);
            let other = fault == Fault::Conflict && day.starts_with("2026-07");
            user["employeeLeaveDateTime"] =
                json!(if other { "2026-07-29".to_owned() } else { day.clone() } + "T17:00:00Z");
            user
        })
        .collect();
    let context = "https://graph.microsoft.com/v1.0/$metadata#directoryObjects/microsoft.graph.user";
    folder.put("entra/deleted-items.json", page(&json!({"@odata.context": context, "value": deleted})));
}

fn aws(people: &[Person], fault: Fault, folder: &mut Folder) {
    let arn = |user: &str| format!("arn:aws:iam::424242424242:user/{user}");
    let mut out = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
         password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
         access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
         access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
         cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n"
        .to_owned();
    let mut links = "system,account_id,person_id,reason,approver\n".to_owned();
    for (number, person) in people.iter().filter(|person| person.left.is_none()).take(3).enumerate() {
        let rotated = if fault == Fault::OldKey && number == 1 { "2025-09-01" } else { "2026-08-03" };
        let (user, used) = (person.user(), person.used.replace('Z', "+00:00"));
        writeln!(
            out,
            "{user},{},{}T08:00:00+00:00,false,N/A,N/A,N/A,true,true,{rotated}T08:00:00+00:00,{used},eu-central-1,s3,\
             false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
            arn(user),
            person.started
        )
        .expect("memory");
        writeln!(links, "aws,{},{},own key,I. Heron", arn(user), person.id).expect("memory");
    }
    folder.put("aws/credential-report.csv", out);
    folder.put("links.csv", links);
}

fn crm(people: &[Person], fault: Fault) -> String {
    // The newest use of all tells how old the list is.
    let newest = people.iter().map(|person| person.used.as_str()).max().unwrap_or_default().to_owned();
    let mut out =
        "system,account_id,username,email,person_id,kind,privileged,status,created_at,disabled_at,last_seen_at,\
         managed_by,owner\n"
            .to_owned();
    for (number, person) in people.iter().enumerate() {
        let (mut status, mut closed, mut used) = (
            if person.left.is_some() { "disabled" } else { "active" },
            person.closed().unwrap_or("").to_owned(),
            person.used.clone(),
        );
        let day = person.left.as_ref().map_or("", |left| left.0.as_str());
        match fault {
            Fault::LateLeaver if day.starts_with("2026-07") => closed = "2026-08-02T09:00:00Z".into(),
            Fault::OpenLeaver if day.starts_with("2026-07") => (status, closed) = ("active", String::new()),
            Fault::FormerOpen if day.starts_with("2026-02") => (status, closed) = ("active", String::new()),
            Fault::UsedAfter if day.starts_with("2026-07") => {
                let next = format!("2026-07-{:02}", day[8..].parse::<u32>().expect("a day") + 1);
                (closed, used) = (format!("{next}T09:00:00Z"), format!("{next}T07:00:00Z"));
            }
            Fault::Dormant if number == 2 => used = "2026-03-30T10:00:00Z".into(),
            _ => {}
        }
        let (id, mail, user, started) = (&person.id, &person.mail, person.user(), &person.started);
        writeln!(
            out,
            "crm,c-{number:03},{user},{mail},{id},human,no,{status},{started}T09:00:00Z,{closed},{used},sync,"
        )
        .expect("memory");
    }
    let owner = if fault == Fault::Ownerless { "" } else { people[0].mail.as_str() };
    writeln!(out, "crm,c-800,svc-import,,,service,no,active,2024-02-01T09:00:00Z,,{newest},local,{owner}")
        .expect("memory");
    if matches!(fault, Fault::Orphan | Fault::WaivedOrphan) {
        writeln!(out, "crm,c-900,till.front,,,human,no,active,2025-02-01T09:00:00Z,,{newest},local,").expect("memory");
    }
    out
}

fn keys(people: &[Person], fault: Fault, at: &str) -> String {
    let mut out =
        "system,credential_id,kind,account_id,owner,status,created_at,rotated_at,last_used_at,expires_at\n".to_owned();
    let rotated = if fault == Fault::AgelessKey { "," } else { "2026-02-01T08:00:00Z,2026-08-20T08:00:00Z" };
    let gone = people.iter().find(|person| person.closed().is_some_and(|at| at > "2026-07")).expect("a leaver");
    let used = if at == AS_OF { "2026-09-30T02:00:00Z" } else { "2026-08-30T02:00:00Z" };
    let owner = if fault == Fault::LeaverKey { gone } else { &people[1] };
    writeln!(out, "crm,key-import,api_key,import,{},active,{rotated},{used},2026-11-15", owner.mail).expect("memory");
    writeln!(
        out,
        "crm,key-print,api_key,print,{},active,2026-08-01T08:00:00Z,2026-08-01T08:00:00Z,{used},2026-11-20",
        people[2].mail
    )
    .expect("memory");
    // A leaver's key that ended with the leave.
    let day = &gone.left.as_ref().expect("a leaver").0;
    writeln!(
        out,
        "crm,key-guest,api_key,guest,{},active,2026-06-01T08:00:00Z,2026-06-01T08:00:00Z,{day}T08:00:00Z,{day}",
        gone.mail
    )
    .expect("memory");
    out
}

/// The older exports of a company, by the path of the newer one. A fault of one account shows in them as it was then.
pub(super) fn older(seed: u64, fault: Fault) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let people = people(&mut Chance::new(seed));
    let then = people_at(&people, EARLIER);
    let closed_then =
        |fault: Fault| if matches!(fault, Fault::Dormant | Fault::Conflict) { Fault::None } else { fault };
    vec![
        ("hr/people.csv", hr(&then, fault).into_bytes(), EARLIER),
        ("okta/users.json", okta(&then), EARLIER),
        ("crm/accounts.csv", crm(&then, closed_then(fault)).into_bytes(), EARLIER),
        ("crm/keys.csv", keys(&people, fault, EARLIER).into_bytes(), EARLIER),
    ]
}

/// Who took which export when; the control totals come later.
fn register(folder: &mut Folder) {
    let mut out = "path,extracted_at,extracted_by,method,query,expected_rows,covers_from,covers_to\n".to_owned();
    for path in folder.data() {
        let covers = if path.ends_with(".ndjson") { format!("2026-07-01T00:00:00Z,{AS_OF}") } else { ",".to_owned() };
        writeln!(out, "{path},{AS_OF},I. Heron,API,all,,{covers}").expect("memory");
    }
    folder.put("extractions.csv", out);
}
