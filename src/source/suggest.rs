//! A mapping to start from, made from the header of a CSV file that nothing recognises.

use std::fmt::Write as _;

use super::path::fold;

/// Names that a column of ours has in exports, folded; the first that is found counts.
struct Guess {
    column: &'static str,
    names: &'static [&'static str],
}

const fn guess(column: &'static str, names: &'static [&'static str]) -> Guess {
    Guess { column, names }
}

/// One kind of file: its table, the column without which it makes no sense, and what else is looked for.
struct Kind {
    table: &'static str,
    class: &'static str,
    key: Guess,
    others: &'static [Guess],
}

const MAIL: &[&str] = &["email", "mail", "emailaddress", "workemail", "primaryemail", "businessemail"];
const OWNER: &[&str] = &["owner", "ownedby", "owneremail", "responsible", "custodian", "contact"];
const STATUS: &[&str] = &[
    "status",
    "state",
    "workerstatus",
    "employeestatus",
    "employmentstatus",
    "accountstatus",
    "userstatus",
    "active",
    "enabled",
    "isactive",
    "disabled",
];
const CREATED: &[&str] =
    &["created", "createdat", "createdon", "createddate", "creationdate", "datecreated", "createtime"];
const USED: &[&str] = &["lastused", "lastusedat", "lastuseddate", "lastusage", "lastaccess", "lastaccessed"];

const PEOPLE: Kind = Kind {
    table: "people",
    class: "hr",
    key: guess(
        "person_id",
        &[
            "personid",
            "workerid",
            "employeeid",
            "employeenumber",
            "empno",
            "empnum",
            "employeeno",
            "personnelnumber",
            "staffid",
            "staffnumber",
            "personnumber",
            "badge",
        ],
    ),
    others: &[
        guess("name", &["fullname", "displayname", "name", "workername", "employeename"]),
        guess("email", MAIL),
        guess("worker_type", &["workertype", "employeetype", "employmenttype", "contracttype", "type", "emptype"]),
        guess("status", STATUS),
        guess("department", &["department", "dept", "departmentname", "orgunit", "division", "team", "costcenter"]),
        guess("title", &["jobtitle", "title", "position", "job", "role"]),
        guess("manager_id", &["managerid", "manager", "supervisor", "supervisorid", "reportsto", "lineManager"]),
        guess(
            "started",
            &[
                "startdate",
                "hiredate",
                "starton",
                "startedon",
                "dateofhire",
                "hired",
                "joiningdate",
                "entrydate",
                "validfrom",
            ],
        ),
        guess(
            "ended",
            &[
                "enddate",
                "terminationdate",
                "termdate",
                "leavedate",
                "lastday",
                "lastworkingday",
                "endedon",
                "exitdate",
                "validto",
                "contractend",
            ],
        ),
        guess("end_recorded_at", &["terminationrecorded", "terminationentered", "endrecordedat"]),
    ],
};

const CREDENTIALS: Kind = Kind {
    table: "credentials",
    class: "inventory",
    key: guess(
        "credential_id",
        &[
            "credentialid",
            "keyid",
            "accesskeyid",
            "tokenid",
            "secretid",
            "secretname",
            "keyname",
            "tokenname",
            "certificateid",
            "serialnumber",
            "thumbprint",
            "fingerprint",
            "clientid",
        ],
    ),
    others: &[
        guess("kind", &["type", "kind", "credentialtype", "keytype", "tokentype"]),
        guess("account_id", &["accountid", "username", "user", "account", "serviceaccount", "principal", "login"]),
        guess("owner_text", OWNER),
        guess("status", STATUS),
        guess("created_at", CREATED),
        guess("rotated_at", &["rotated", "rotatedat", "lastrotated", "lastrotation", "rotationdate", "lastchanged"]),
        guess("last_used", USED),
        guess(
            "expires_at",
            &["expires", "expiresat", "expiry", "expirydate", "expirationdate", "expiration", "validuntil", "notafter"],
        ),
    ],
};

const ACCOUNTS: Kind = Kind {
    table: "accounts",
    class: "application",
    key: guess(
        "account_id",
        &[
            "accountid",
            "userid",
            "id",
            "login",
            "username",
            "loginname",
            "uid",
            "user",
            "account",
            "samaccountname",
            "upn",
            "userprincipalname",
            "email",
            "mail",
        ],
    ),
    others: &[
        guess(
            "username",
            &["username", "login", "loginname", "userprincipalname", "upn", "samaccountname", "uid", "user"],
        ),
        guess("email", MAIL),
        guess("display_name", &["displayname", "fullname", "name"]),
        guess("person_ref", &["employeeid", "employeenumber", "empno", "empnum", "personid", "workerid"]),
        guess("status", STATUS),
        guess("created_at", CREATED),
        guess("disabled", &["disabledat", "deactivatedat", "deactivationdate", "disableddate", "suspendedat"]),
        guess(
            "last_seen",
            &[
                "lastlogin",
                "lastloginat",
                "lastlogindate",
                "lastsignin",
                "lastseen",
                "lastseenat",
                "lastlogon",
                "lastactivity",
                "lastaccess",
            ],
        ),
        guess("owner_text", OWNER),
    ],
};

/// Words of status columns and what they mean.
const ALIVE: [&str; 6] = ["active", "enabled", "true", "yes", "employed", "current"];
const GONE: [&str; 8] = ["inactive", "terminated", "disabled", "false", "no", "left", "former", "former employee"];
const AWAY: [&str; 3] = ["on leave", "leave", "long-term leave"];
/// Columns that must not be read.
const SECRETS: [&str; 7] = ["password", "passwd", "pwd", "secret", "clientsecret", "token", "privatekey"];

/// Whether the first line of a text holds names of columns. A line of any other text may hold somebody's secret: it
/// is never printed.
pub(super) fn is_header(names: &[String]) -> bool {
    let named: Vec<&String> = names.iter().filter(|name| !name.trim().is_empty()).collect();
    let ends_in_digit =
        |word: &str| word.ends_with(|c: char| c.is_ascii_digit()) && word.contains(|c: char| c.is_alphabetic());
    let numbered = named.iter().filter(|name| words(name).any(ends_in_digit)).count();
    !named.is_empty() && named.iter().all(|name| is_name(name)) && numbered * 3 <= named.len()
}

/// The parts of a name.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The longest word of a name, and the longest name.
const LONGEST_WORD: usize = 40;
const LONGEST_NAME: usize = 100;

/// Whether a text may be the name of a column: words of letters, or short numbers. `cert_1_active` and `Address 2` are;
/// `hunter2-S3cret`, `KEY=…`, `dn: cn=…` and long tokens are not.
fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_-.()/&'\"\\#%?*+,\u{feff}".contains(c);
    let word = |word: &str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let capitals = word.chars().filter(|c| c.is_uppercase()).count();
        let length = word.chars().count();
        let number = digits == length && digits <= 2;
        // `address2` is a name, `S3cret` and `a8f3` are none.
        let trailing = digits <= 1 && word.ends_with(|c: char| c.is_ascii_digit());
        let mixed = length >= 16 && capitals * 3 > length && capitals < length;
        length <= LONGEST_WORD && (digits == 0 || number || trailing) && !mixed
    };
    text.chars().count() <= LONGEST_NAME
        && text.chars().all(plain)
        && text.chars().any(char::is_alphabetic)
        && words(text).all(word)
}

/// The text of a mapping file for a CSV file with this header. It loads without errors; what it guesses is for its
/// reader to check.
pub(super) fn suggest(path: &str, header: &[String]) -> String {
    let folded: Vec<String> = header.iter().map(|name| fold(name)).collect();
    let find = |guess: &Guess, taken: &[usize]| {
        guess.names.iter().find_map(|name| {
            let wanted = fold(name);
            (0..folded.len()).find(|at| folded[*at] == wanted && !taken.contains(at) && usable(&folded, *at))
        })
    };
    let score = |kind: &Kind| {
        let found = kind.others.iter().filter(|guess| find(guess, &[]).is_some()).count();
        // Where two kinds have their key, the rarer key says more; where none has, accounts are the best guess.
        let rare = usize::from(kind.table != ACCOUNTS.table);
        if find(&kind.key, &[]).is_some() { found * 2 + 4 + rare } else { found }
    };
    let kind = [&CREDENTIALS, &PEOPLE, &ACCOUNTS].into_iter().max_by_key(|kind| score(kind)).unwrap_or(&ACCOUNTS);
    let (id, system) = names(path);
    let first = (0..header.len()).find(|at| usable(&folded, *at));
    let key = find(&kind.key, &[]).or(first);
    let mut taken: Vec<usize> = key.into_iter().collect();
    let mut rules: Vec<(&str, usize)> = key.map(|at| (kind.key.column, at)).into_iter().collect();
    for guess in kind.others {
        if let Some(at) = find(guess, if kind.table == "people" { &taken } else { &[] }) {
            taken.push(at);
            rules.push((guess.column, at));
        }
    }
    let text = |at: usize| quoted(&header[at]);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "# A beginning, made from the header alone: check every line, then put the file into your folder of"
    );
    let _ = writeln!(out, "# mappings (sources/{id}.toml). `overstay inspect FILE --mappings DIR` shows what it does.");
    let _ = writeln!(out, "id = \"{id}\"\ntitle = \"{id}\"\nclass = \"{}\"\nformat = \"csv\"", kind.class);
    if kind.table != "people" {
        let _ = writeln!(out, "# Used when the file lies directly in the folder of exports.\nsystem = \"{system}\"");
    }
    let _ = writeln!(
        out,
        "# Zone of times that have none, and their forms in order: iso, us-date (month first), day-first, epoch-millis …"
    );
    let _ = writeln!(out, "zone = \"project\"\ntime = [\"iso\"]");
    let secret: Vec<String> =
        (0..header.len()).filter(|at| SECRETS.contains(&folded[*at].as_str())).map(text).collect();
    if !secret.is_empty() {
        let _ = writeln!(out, "secret = [{}]", secret.join(", "));
    }
    let rest: Vec<String> =
        (0..header.len()).filter(|at| !taken.contains(at) && usable(&folded, *at)).map(text).collect();
    if !rest.is_empty() {
        let _ = writeln!(out, "# Known and not used.\nignore = [{}]", rest.join(", "));
    }
    let signs: Vec<String> = (0..header.len()).filter(|at| usable(&folded, *at)).take(6).map(text).collect();
    let _ = writeln!(out, "\n[recognise]\nall = [{}]", signs.join(", "));
    if signs.len() < 2 {
        let _ = writeln!(out, "# One column is not enough to know a file by.\nany = [[{}]]", signs.join(", "));
    }
    let _ = writeln!(out, "\n[[rows]]\ntable = \"{}\"\n\n[rows.columns]", kind.table);
    for (column, at) in &rules {
        let _ = match *column {
            "status" => writeln!(out, "{}", status(kind.table, &folded[*at], &text(*at))),
            "started" | "ended" => writeln!(out, "# A plain date is read as the whole day.\n{column} = {}", text(*at)),
            _ => writeln!(out, "{column} = {}", text(*at)),
        };
    }
    let given = |column: &str| rules.iter().any(|(known, _)| *known == column);
    if kind.table != "people" && !given("status") {
        let _ = writeln!(out, "# The file does not say whether it is switched on.\nstatus = {{ const = \"unknown\" }}");
    }
    if kind.table == "people" {
        for column in ["started", "ended"].into_iter().filter(|column| !given(column)) {
            let _ =
                writeln!(out, "# No column looks like `{column}`: without it no stay after leaving can be measured.");
        }
    }
    for (table, column, about, words) in [
        ("accounts", "activity", "last_seen", ["seen", "never", "unknown"]),
        ("credentials", "activity", "last_used", ["seen", "never", "unknown"]),
        ("credentials", "expiry", "expires_at", ["date", "never", "unknown"]),
    ] {
        if let Some((_, at)) = rules.iter().find(|(known, _)| table == kind.table && *known == about) {
            let [present, empty, absent] = words;
            let _ = writeln!(
                out,
                "{column} = {{ path = {}, presence = {{ present = \"{present}\", empty = \"{empty}\", absent = \"{absent}\" }} }}",
                text(*at)
            );
        }
    }
    out
}

fn usable(folded: &[String], at: usize) -> bool {
    let name = &folded[at];
    !name.is_empty() && !SECRETS.contains(&name.as_str()) && folded.iter().position(|other| other == name) == Some(at)
}

/// A rule for a status column; a column called `disabled` says the opposite of one called `active`.
fn status(table: &str, name: &str, path: &str) -> String {
    let words = match table {
        "people" => ["active", "terminated", "on_leave"],
        "credentials" => ["active", "inactive", "inactive"],
        _ => ["active", "disabled", "suspended"],
    };
    let lists: [(&[&str], &str); 3] = if name.starts_with("disabled") {
        [(&["false", "no", "0"], words[0]), (&["true", "yes", "1"], words[1]), (&[], words[2])]
    } else {
        [(&ALIVE, words[0]), (&GONE, words[1]), (&AWAY, words[2])]
    };
    let map: Vec<String> = lists
        .iter()
        .flat_map(|(list, word)| list.iter().map(move |known| format!("\"{known}\" = \"{word}\"")))
        .collect();
    format!("status = {{ path = {path}, map = {{ {} }}, missing = \"unknown\", other = \"=unknown\" }}", map.join(", "))
}

/// An id and a system from the file's name.
fn names(path: &str) -> (String, String) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let mut id = String::new();
    for c in stem.chars() {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.ends_with('-') && !id.is_empty() {
            id.push('-');
        }
    }
    let id = id.trim_matches('-');
    let id = if id.is_empty() { "file" } else { id };
    let folder = path.split_once('/').map_or(id, |(folder, _)| folder);
    (format!("my-{id}"), folder.replace(['"', '\\'], ""))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
