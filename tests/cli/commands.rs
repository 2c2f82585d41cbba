//! Each command once with what it is for.

use crate::support::company::Company;

#[test]
fn help_and_version() {
    let company = Company::empty();
    insta::assert_snapshot!(company.run(&["--help"]).all(), @r"
    Measures how long access outlives its reason, and writes the evidence an auditor can check line by
    line

    Usage: overstay [OPTIONS] <COMMAND>

    Commands:
      report       Assess a folder of exports and write the evidence pack
      check        The same assessment in the terminal, for gates: nothing is written
      inspect      Say what each file is, what its mapping makes of it, and what cannot be used
      explain      Explain a metric, control, source or finding id
      list         List what is known: sources, metrics, frameworks or tables
      verify       Say whether a pack is what its manifest says, and whether the exports give it again
      sample       Draw a reproducible sample of a metric's population out of a pack, with columns for
                   the tester
      drift        Say what changed between two packs, or between a pack and the exports of today
      accept       Record that a pack is accepted as the baseline to compare with
      history      List the packs of a folder with the headline over time
      init         Write a commented project file
      normalise    Write the canonical tables as Parquet, for other engines
      completions  Print a script that completes commands and options in a shell
      man          Write the manual pages: overstay.1, and one for each command
      help         Print this message or the help of the given subcommand(s)

    Options:
      -q, --quiet    No progress, and no summary of what was done; warnings, errors and what was asked
                     for stay
      -h, --help     Print help
      -V, --version  Print version

    Exit codes: 0 done; 1 the run itself failed; 2 usage or input error; 3 a metric over its limit, or a
    pack that differs (verify); 4 none over its limit, but not enough evidence; 5 drift worse than the
    baseline; 6 a mail could not be delivered to everybody.
    ---
    exit 0
    ");
    assert_eq!(company.run(&["--version"]).all(), format!("overstay {}\n---\nexit 0", env!("CARGO_PKG_VERSION")));
    for command in [
        "report",
        "check",
        "inspect",
        "explain",
        "list",
        "verify",
        "sample",
        "drift",
        "accept",
        "history",
        "init",
        "normalise",
    ] {
        let ran = company.run(&[command, "--help"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command}");
        assert!(ran.out.contains(&format!("Usage: overstay {command}")), "{}", ran.out);
    }
}

#[test]
fn mistakes_on_the_command_line() {
    let company = Company::new();
    let run = |args: &[&str]| company.run(args).all();
    insta::assert_snapshot!(run(&["chekc"]), @r#"
    ---
    error: unrecognized subcommand 'chekc'

      tip: a similar subcommand exists: 'check'

    Usage: overstay [OPTIONS] <COMMAND>

    For more information, try '--help'.
    exit 2
    "#);
    insta::assert_snapshot!(run(&["check"]), @r#"
    ---
    error: the following required arguments were not provided:
      <EXPORTS>

    Usage: overstay check <EXPORTS>

    For more information, try '--help'.
    exit 2
    "#);
    insta::assert_snapshot!(run(&["check", "exports", "--fail-on", "mett"]), @r#"
    ---
    error: invalid value 'mett' for '--fail-on <STATUS>'
      [possible values: not-met, insufficient-evidence]

    For more information, try '--help'.
    exit 2
    "#);
    insta::assert_snapshot!(run(&["check", "exports"]), @r#"
    ---
    error: no reporting period is given
    hint: use --period 2026-Q3, or write period = "2026-Q3" in overstay.toml
    exit 2
    "#);
    insta::assert_snapshot!(run(&["check", "exports", "--period", "2026-Q9"]), @r#"
    ---
    error: --period: expected a period such as 2026-Q3, 2026-07, 2026, 2026-H1, 2026-W47 or 2026-07-01..2026-10-01 (the end is not part of it)
    exit 2
    "#);
    insta::assert_snapshot!(run(&["check", "exports", "--period", "2026-Q3", "--as-of", "tomorrow"]), @r#"
    ---
    error: --as-of: expected a time such as "2026-10-01T00:00:00Z", a date, or "now", "period-end" or "newest-input"
    exit 2
    "#);
    insta::assert_snapshot!(run(&["check", "exports", "--period", "2026-Q3", "--zone", "Mars"]), @r#"
    ---
    error: --zone: expected an IANA time zone, such as "UTC" or "Europe/Berlin"
    exit 2
    "#);
    insta::assert_snapshot!(run(&["check", "exports", "--period", "2026-Q3", "--as", "own-accounts", "[x"]), @r#"
    ---
    error: `[x` is not a path or a glob: unclosed character class; missing ']'
    exit 2
    "#);
    insta::assert_snapshot!(run(&["check", "nowhere", "--period", "2026-Q3"]), @r#"
    ---
    error: nowhere: cannot be opened: No such file or directory (os error 2)
    hint: give the folder that holds the exports
    exit 2
    "#);
    insta::assert_snapshot!(run(&["inspect", "nowhere.csv"]), @r#"
    ---
    error: nowhere.csv: cannot be opened: No such file or directory (os error 2)
    hint: give the folder that holds the exports
    exit 2
    "#);
    insta::assert_snapshot!(run(&["explain", "xyz", "--pack", "nowhere"]), @r#"
    ---
    error: nowhere/findings.csv: cannot be read: No such file or directory (os error 2)
    exit 2
    "#);
    insta::assert_snapshot!(run(&["report", "exports", "--period", "2026-Q3", "--templates", "nowhere"]), @r#"
    ---
    error: cannot read the templates folder: IO error for operation on nowhere: No such file or directory (os error 2)
    exit 2
    "#);
}

#[test]
fn check_prints_the_assessment() {
    insta::assert_snapshot!(Company::new().run(&["check", "exports", "--period", "2026-Q3"]).all(), @r"
    organisation not named, 2026-Q3, as of 2026-10-01T00:00:00Z (the end of the period)

    not enough evidence: 0 of 12 metrics assessed exceeded their limits
    Inconclusive: 16 metrics could not be decided for lack of evidence; 12 metrics had nothing to
      measure; 12 metrics not assessed, because nothing of what they need was given
    Former staff can still sign in: 0, on 0 accounts; 0 used since; 0 privileged (former-staff-access,
      leaver-sign-in).
    Days of access after leaving: 0.0, on 0 accounts (leaver-lag, former-staff-access).
    Keys of former staff: at least 0, of 0 people; not enough evidence to say it is all
      (leaver-credentials).

    Metrics, those over their limit first
    within its limit  Former staff who can still sign in
                      limit 24h, over 0 of 3
    within its limit  Access after leaving
                      limit 24h, over 0 of 3, median 0 s, 90th 0 s
    within its limit  Access after leaving, from the day it was recorded
                      limit 24h, over 0 of 3, median 0 s, 90th 0 s
    within its limit  Leaves recorded late
                      limit 0s, over 0 of 2, median 0 s, 90th 0 s
    within its limit  Sign-ins after leaving
                      limit 0s, over 0 of 3
    within its limit  Leavers enabled again
                      limit 0s, over 0 of 3, median 0 s, 90th 0 s
    within its limit  Until everything of a leaver had ended
                      limit 24h, over 0 of 2, median 0 s, 90th 0 s
    within its limit  Accounts never used since they were made
                      limit 30d, over 0 of 1
    within its limit  Accounts without a person
                      limit 0s, over 0 of 1
    within its limit  Accounts nobody uses
                      limit 90d, over 0 of 1, median 16 h of 1 open, 90th 16 h, longest 16 h
    within its limit  Disabled accounts never deleted
                      limit 180d, over 0 of 3, median over 61 d 7 h, 90th over 61 d 7 h,
                        longest 61 d 7 h
    within its limit  Second accounts of one person
                      limit 0s, over 0 of 4, median 0 s, 90th 0 s

    Not enough evidence, no items: leaver-credentials, credential-after-leave, leaver-owned-nhi,
      break-glass-use, unrotated-keys, unknown-age-credentials, unused-credentials, long-lived-secrets,
      expired-present, inactive-not-deleted, rotation-overlap, human-use-of-nhi, sync-recovery,
      sync-failed-leavers, state-contradiction, log-gaps
    Nothing to measure: shared-secret-after-leaver, joiner-lag, early-access, unexplained-account,
      stale-guests, shared-without-custodian, contractor-past-end, on-leave-enabled, ownerless-nhi,
      agent-without-sponsor, dormant-agents, source-conflicts
    Not assessed, no items: leaver-residual-access, mover-lag, retained-entitlements, local-accounts,
      unreviewed-nhi, provisioning-latency, out-of-band-change, overdue-reviews, self-reviews,
      unexecuted-revocations, waiver-overrun, self-approved-waivers

    What the evidence does not cover
    - no source feeds credentials. Give the inventory of keys, tokens and certificates, or a CSV with
      system, credential_id and status. (leaver-credentials, credential-after-leave, leaver-owned-nhi,
      unrotated-keys and 6 more)
    - no source feeds entitlements. Give group members, role assignments or application assignments, or
      a CSV with system, account_id and entitlement. (leaver-residual-access, mover-lag,
      retained-entitlements)
    - no source feeds role_grants. Write into the limits file which positions get which entitlements
      ([[role]] with [[role.grant]]). (mover-lag, retained-entitlements)
    - no source feeds events. Give the provisioning or audit log, or a CSV with occurred_at, system,
      action and outcome. (break-glass-use, human-use-of-nhi, sync-recovery, sync-failed-leavers and 4
      more)
    - no source feeds systems. Put systems.csv beside the exports: system, owner, synchronised.
      (local-accounts, provisioning-latency, out-of-band-change)
    - no source feeds reviews. Give the results of access reviews, or a CSV with campaign, system,
      account_id and decision. (unreviewed-nhi, overdue-reviews, self-reviews, unexecuted-revocations)
    - no source feeds waivers. Put waivers.csv beside the exports. (waiver-overrun,
      self-approved-waivers)

    References
    Often asked for as “NIST CSF PR.AC-4”:
      PR.AA-05 Access follows policy (nist-csf-2.0): no exceptions observed in the population tested
        (former-staff-access: 0 of 3 over)
      PR.AA-01 Identities and credentials are managed (nist-csf-2.0): not enough evidence
        (leaver-credentials: no items)
      PR.AC-4 Permissions and authorizations (nist-csf-1.1): no exceptions observed in the population
        tested (former-staff-access: 0 of 3 over)
    Often asked for as “OWASP NHI-03”:
      NHI1:2025 Improper Offboarding (owasp-nhi-2025): not enough evidence (leaver-credentials: no
        items)
      NHI7:2025 Long-Lived Secrets (owasp-nhi-2025): not enough evidence (unrotated-keys: no items)
    The NIST Cybersecurity Framework (CSF) 2.0: of 106 references: 1 not enough evidence, 1 no
      exceptions observed in the population tested, 8 supporting evidence only, 96 not assessed
    OWASP Top 10 Non-Human Identities Risks - 2025: of 10 references: 3 not enough evidence, 7 not
      assessed
    Framework for Improving Critical Infrastructure Cybersecurity: of 108 references: 1 not enough
      evidence, 1 no exceptions observed in the population tested, 4 supporting evidence only, 102 not
      assessed
    Artificial Intelligence Risk Management Framework (AI RMF 1.0): of 72 references: 3 supporting
      evidence only, 69 not assessed
    ISO/IEC 27001:2022 Information security management systems, Annex A: of 15 references: 1 not enough
      evidence, 1 no exceptions observed in the population tested, 6 supporting evidence only, 7 not
      assessed
    Trust Services Criteria for SOC 2 (TSP section 100): of 13 references: 1 not enough evidence, 1 no
      exceptions observed in the population tested, 3 supporting evidence only, 8 not assessed

    Coverage: 2 systems loaded; no register of systems was supplied, so what is missing cannot be told;
      4 of 4 files read
    Accounts not matched to one person: 0 of 4; rows left out: 0
    Messages: 0 errors, 0 warnings, 0 notes
    Findings: 0 of 0 listed in the report
    ---
    exit 4
    ");
}

#[test]
fn inspect_says_what_a_file_is() {
    let company = Company::new().with("exports/erp/more.csv", "Login,Active,Created\nana,yes,2026-01-02\n");
    insta::assert_snapshot!(company.run(&["inspect", "exports/erp/users.csv", "--rows", "1"]).all(), @r#"
    users.csv: own-accounts
      sha256        8d1d92d474d256f382f2637bad285b81380791ffe099d235340c6b0a78ee34ab
      records       1 → 1 accounts
      completeness  unknown
      time span     2020-01-02 08:00 UTC to 2026-07-31 17:00 UTC

      accounts 1
        system        erp
        account_id    e2
        username      bo
        person_ref    2
        kind          human
        status        disabled
        created_at    2020-01-02T08:00:00Z
        disabled_lo   2026-07-31T17:00:00Z
        disabled_hi   2026-07-31T17:00:00Z
        last_seen_lo  2026-07-29T08:00:00Z
        last_seen_hi  2026-07-29T08:00:00Z
        activity      seen
        ownership     unknown
    ---
    exit 0
    "#);
    insta::assert_snapshot!(company.run(&["inspect", "exports/erp/more.csv"]).all(), @r#"
    more.csv: not recognised
      sha256        eb0bbae503ae0ac32d3f0f29c70691841101801911f95a9e514fbd19acede523
      warning: more.csv: no source mapping fits this file
      hint: `overstay inspect FILE` suggests a mapping; `--as SOURCE FILE` decides

      a mapping to start from:

        # A beginning, made from names and first values: check every line, then put the file into your folder of
        # mappings (sources/my-more.toml). `overstay inspect FILE --mappings DIR` shows what it does.
        id = "my-more"
        title = "my-more"
        class = "application"
        format = "json"
        # Used when the file lies directly in the folder of exports.
        system = "more"
        # Zone of times that have none.
        zone = "project"

        [recognise]
        all = ["Login", "Active", "Created"]

        [[rows]]
        table = "accounts"

        [rows.columns]
        account_id = "Login"
        username = "Login"
        status = { path = "Active", map = { "yes" = "active" }, missing = "unknown", other = "=unknown" }
        created_at = "Created"
    ---
    exit 2
    "#);
}

#[test]
fn inspect_as_json() {
    let company = Company::new().with("exports/erp/near.csv", "system,account_id,state\nerp,e2,off\n");
    let ran = company.run(&["inspect", "exports", "--json"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, ""), "a file that cannot be used is an input error");
    let json = ran.json();
    let files = json["files"].as_array().expect("files");
    let paths: Vec<&str> = files.iter().map(|file| file["path"].as_str().expect("a path")).collect();
    assert_eq!(paths, ["crm/accounts.csv", "erp/near.csv", "erp/users.csv", "extractions.csv", "hr/people.csv"]);
    assert_eq!(files[0]["rows"]["accounts"], 3);
    assert_eq!(files[0]["preview"][0]["rows"][0][0], "crm");
    insta::assert_snapshot!(files[1]["candidates"], @r#"[{"missing":["status"],"source":"own-accounts"},{"missing":["entitlement"],"source":"own-entitlements"}]"#);
}

#[test]
fn inspect_as_a_source() {
    let company = Company::new().with("exports/erp/odd.csv", "system,account_id\nerp,e2\n");
    let path = "exports/erp/odd.csv";
    insta::assert_snapshot!(company.run(&["inspect", path, "--as", "own-accounts", path]).all(), @r"
    odd.csv: own-accounts
      sha256        6e4762e7b8813c427aad80cd8eb92331f28decbcd62c47391470172a2fad6a08
      records       1 → 1 accounts
      not read      1 values of status
      completeness  partial
                    it has 1 value of `status` that could not be read
      reject        line 2 (status): required value missing
      warning: odd.csv: `status`: 1 value could not be read, which is not the same as absent

      accounts 1
        system      erp
        account_id  e2
        status      unknown
        activity    unknown
        ownership   unknown
    ---
    exit 0
    ");
}

#[test]
fn a_source_by_decision() {
    let company = Company::new();
    let args =
        |file: &'static str| ["report", "exports", "--period", "2026-Q3", "--out", "pack", "--as", "own-people", file];
    // As typed from here, or as the folder of exports knows it.
    for file in ["exports/erp/users.csv", "erp/*.csv"] {
        let ran = company.run(&args(file));
        assert_eq!(ran.code, 0, "{}", ran.err);
        let report = company.json("pack");
        assert_eq!(report["sources"][1]["source"], "own-people");
        let command = report["command"].as_str().expect("a command");
        let pattern = if file.contains('*') { "'erp/*.csv'" } else { "erp/users.csv" };
        assert!(command.contains(&format!(" --as own-people {pattern}")), "{command}");
    }
    insta::assert_snapshot!(company.run(&args("erp/none.csv")).messages(), @r#"
    warning: no file is `erp/none.csv`, which was to be read as `own-people`
    hint: patterns are matched against the path under the folder of exports
    exit 0
    "#);
}
