//! What columns are called in exports, by the kind of file.

/// Names that a column of ours has in exports, folded; the first that is found counts.
pub(super) struct Guess {
    pub(super) column: &'static str,
    pub(super) names: &'static [&'static str],
}

const fn guess(column: &'static str, names: &'static [&'static str]) -> Guess {
    Guess { column, names }
}

/// One kind of file: its table, the column without which it makes no sense, and what else is looked for.
pub(super) struct Kind {
    pub(super) table: &'static str,
    pub(super) class: &'static str,
    pub(super) key: Guess,
    pub(super) others: &'static [Guess],
}

pub(super) const MAIL: &[&str] = &["email", "mail", "emailaddress", "workemail", "primaryemail", "businessemail"];
pub(super) const OWNER: &[&str] = &["owner", "ownedby", "owneremail", "responsible", "custodian", "contact"];
pub(super) const STATUS: &[&str] = &[
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
pub(super) const CREATED: &[&str] =
    &["created", "createdat", "createdon", "createddate", "creationdate", "datecreated", "createtime"];
pub(super) const USED: &[&str] = &["lastused", "lastusedat", "lastuseddate", "lastusage", "lastaccess", "lastaccessed"];

pub(super) const PEOPLE: Kind = Kind {
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

pub(super) const CREDENTIALS: Kind = Kind {
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

pub(super) const ACCOUNTS: Kind = Kind {
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
pub(super) const ALIVE: [&str; 6] = ["active", "enabled", "true", "yes", "employed", "current"];
pub(super) const GONE: [&str; 8] =
    ["inactive", "terminated", "disabled", "false", "no", "left", "former", "former employee"];
pub(super) const AWAY: [&str; 3] = ["on leave", "leave", "long-term leave"];
/// Columns that must not be read.
pub(super) const SECRETS: [&str; 7] = ["password", "passwd", "pwd", "secret", "clientsecret", "token", "privatekey"];
