/*---
id = "duplicate-accounts"
order = 230
title = "Second accounts of one person"
question = "Which people can sign in to one system with more than one ordinary account?"
remedy = "Find out which account is used and disable the other; declare it if both are needed."
group = "accounts"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["people", "accounts", "account_states"]
looks_at = "state"
depends_on = ["match", "access"]
definition = """
Population: accounts of the kinds human and unknown that match exactly one person. The oldest account of a person in a \
system has no stay; one whose creation is not known counts as newer. A newer account has a stay for the time in which it \
and an older one were seen with access at once: from the later beginning of access to the first end of it, of several \
such times the newest, unless it ended before the period. Privileged and other accounts are compared among themselves \
only: the first privileged account beside an ordinary one is excluded, and so are accounts that match nobody, \
and service, shared, break-glass, guest and agent accounts. An account that matches several persons is unknown, and so is \
a newer account where status, kind or privilege of one of the accounts is not understood."""
caveats = [
  "An account for administration counts as one only where the source says that it is privileged.",
  "Two accounts that were never seen with access at the same time are no finding, even where they may have had it.",
]

[reason]
open = "{person} can sign in to {system} as {subject} beside another account since {began} ({note}), last observed on {seen_until}"
closed = "{person} could sign in to {system} as {subject} beside another account for {length}, from {began} to {ended} ({note})"
indeterminate = "{person} may have been able to sign in to {system} as {subject} beside another account ({note})"
---*/
WITH own AS (
  SELECT account_key, COALESCE(username, email, account_id) AS subject, system, person_id, match_rule, created_at,
    COALESCE(then_status, status) AS standing, src_file, src_row,
    CASE WHEN privileged THEN 1 ELSE 0 END AS elevated,
    CASE WHEN unread LIKE '%;kind;%' OR unread LIKE '%;privileged;%' THEN 1 ELSE 0 END AS unclear,
    CASE WHEN unread LIKE '%;status;%' OR status IS NULL OR status = 'unknown' THEN 1 ELSE 0 END AS stateless,
    CASE
      WHEN kind = 'service' THEN 'service account'
      WHEN kind = 'shared' THEN 'shared account'
      WHEN kind = 'break_glass' THEN 'break-glass account'
      WHEN kind = 'agent' THEN 'agent account'
      WHEN kind = 'guest' THEN 'guest account'
      WHEN created_at > :as_of THEN 'created after the as-of time'
    END AS outside
  FROM accounts
  LEFT JOIN standing_then ON then_account = account_key
),
several AS (
  SELECT person_id AS group_person, system AS group_system, MAX(1 - elevated) AS has_ordinary, MAX(unclear) AS any_unclear,
    MAX(stateless) AS any_stateless
  FROM own
  WHERE outside IS NULL AND person_id IS NOT NULL
  GROUP BY person_id, system
  HAVING COUNT(*) > 1
),
ranked AS (
  SELECT o.account_key AS ranked_key, o.person_id AS ranked_person, o.system AS ranked_system, o.elevated AS rank_class,
    s.has_ordinary AS has_ordinary, s.any_unclear AS any_unclear, s.any_stateless AS any_stateless,
    ROW_NUMBER() OVER (
      PARTITION BY o.person_id, o.system, o.elevated
      ORDER BY COALESCE(o.created_at, 9000000000000000000), o.account_key
    ) AS place
  FROM own AS o
  INNER JOIN several AS s ON s.group_person = o.person_id AND s.group_system = o.system
  WHERE o.outside IS NULL
),
-- times with access; what ends after the as-of time is open until then
ons AS (
  SELECT r.ranked_key AS on_key, r.ranked_person AS on_person, r.ranked_system AS on_system, r.rank_class AS on_class,
    r.place AS place, s.from_lo AS from_lo, COALESCE(s.from_hi, s.seen_until) AS from_by,
    CASE WHEN s.to_lo <= :as_of THEN s.to_lo END AS end_lo,
    CASE WHEN s.to_lo <= :as_of THEN s.to_hi END AS end_hi,
    CASE
      WHEN s.to_lo <= :as_of THEN s.to_lo
      WHEN s.to_lo > :as_of THEN :as_of
      ELSE LEAST(GREATEST(s.seen_until, s.from_hi), :as_of)
    END AS sight,
    s.src_file AS state_file, s.src_row AS state_row
  FROM ranked AS r
  INNER JOIN account_states AS s ON s.account_key = r.ranked_key
  WHERE s.enabled AND COALESCE(s.from_lo, :as_of) <= :as_of
),
met AS (
  SELECT n.on_key AS newer_key, o.on_key AS older_key, n.state_file AS state_file, n.state_row AS state_row,
    GREATEST(n.from_lo, o.from_lo) AS met_lo,
    GREATEST(n.from_by, o.from_by) AS met_by,
    LEAST(n.sight, o.sight) AS until_lo,
    LEAST(n.end_hi, o.end_hi) AS until_hi
  FROM ons AS n
  INNER JOIN ons AS o ON o.on_person = n.on_person AND o.on_system = n.on_system AND o.on_class = n.on_class
  WHERE o.place < n.place
),
graded AS (
  SELECT newer_key, older_key, state_file, state_row, met_lo, met_by, until_lo, until_hi,
    0 - COALESCE(until_hi, 0) AS latest_end, COALESCE(met_lo, -9000000000000000000) AS earliest,
    CASE
      WHEN until_hi IS NULL AND met_by <= until_lo THEN 1
      WHEN met_by <= until_lo AND (met_lo IS NULL OR met_lo < until_lo) AND until_hi >= :period_from THEN 2
      WHEN until_hi IS NULL THEN 3
    END AS grade
  FROM met
),
chosen AS (
  SELECT newer_key, state_file, state_row, met_lo, met_by, until_lo, until_hi, grade,
    ROW_NUMBER() OVER (
      PARTITION BY newer_key
      ORDER BY grade, latest_end, earliest, state_file, state_row, older_key
    ) AS choice
  FROM graded
  WHERE grade IS NOT NULL
),
joined AS (
  SELECT
    o.subject AS subject, o.system AS system, o.person_id AS person_id, o.account_key AS account_key,
    o.src_file AS src_file, o.src_row AS src_row, pick.met_lo AS met_lo, pick.met_by AS met_by, pick.until_lo AS until_lo,
    pick.until_hi AS until_hi, pick.state_file AS state_file, pick.state_row AS state_row,
    CASE
      WHEN o.outside IS NOT NULL THEN 'excluded'
      WHEN o.person_id IS NULL AND (o.match_rule IS NULL OR o.match_rule <> 'ambiguous') THEN 'excluded'
      WHEN o.person_id IS NULL AND o.stateless = 0 AND o.standing IN ('disabled', 'suspended', 'deleted') THEN 'excluded'
      WHEN o.person_id IS NULL THEN 'unknown'
      WHEN r.ranked_key IS NULL THEN 'none'
      WHEN r.any_unclear = 1 AND (r.place > 1 OR r.rank_class = 1) THEN 'unknown'
      WHEN r.place = 1 AND r.rank_class = 1 AND r.has_ordinary = 1 THEN 'excluded'
      WHEN r.place = 1 THEN 'none'
      WHEN pick.grade = 1 THEN 'open'
      WHEN pick.grade = 2 THEN 'closed'
      WHEN pick.grade = 3 OR r.any_stateless = 1 THEN 'unknown'
      ELSE 'none'
    END AS state,
    CASE
      WHEN o.outside IS NOT NULL THEN o.outside
      WHEN o.person_id IS NULL AND (o.match_rule IS NULL OR o.match_rule <> 'ambiguous') THEN 'nobody matches'
      WHEN o.person_id IS NULL AND o.stateless = 0 AND o.standing IN ('disabled', 'suspended', 'deleted')
        THEN 'cannot sign in'
      WHEN o.person_id IS NULL THEN 'more than one person matches'
      WHEN r.ranked_key IS NULL THEN 'only account'
      WHEN r.any_unclear = 1 AND (r.place > 1 OR r.rank_class = 1) THEN 'kind or privilege of an account not understood'
      WHEN r.place = 1 AND r.rank_class = 1 AND r.has_ordinary = 1 THEN 'privileged account beside an ordinary one'
      WHEN r.place = 1 THEN 'first account'
      WHEN pick.grade IN (1, 2) AND r.rank_class = 1 THEN 'both are privileged'
      WHEN pick.grade IN (1, 2) THEN 'newer than the other'
      WHEN pick.grade = 3 THEN 'not observed with access at the same time'
      WHEN r.any_stateless = 1 THEN 'status of an account not known'
      ELSE 'no access at the same time in the period'
    END AS note
  FROM own AS o
  LEFT JOIN ranked AS r ON r.ranked_key = o.account_key
  LEFT JOIN (SELECT * FROM chosen WHERE choice = 1) AS pick ON pick.newer_key = o.account_key
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN met_lo IS NOT NULL AND state IN ('open', 'closed') THEN LEAST(met_lo, until_lo) END AS began_lo,
  -- an export shows what was there before it was taken: an unknown beginning lies at least a microsecond before it
  CASE
    WHEN state NOT IN ('open', 'closed') THEN CAST(NULL AS BIGINT)
    WHEN met_lo >= until_lo THEN until_lo
    ELSE LEAST(met_by, until_lo - 1)
  END AS began_hi,
  CASE WHEN state = 'closed' THEN until_lo END AS ended_lo,
  CASE WHEN state = 'closed' THEN until_hi END AS ended_hi,
  CASE WHEN state = 'open' THEN until_lo END AS seen_until,
  state,
  note,
  src_file AS began_file,
  src_row AS began_row,
  CASE WHEN state IN ('open', 'closed') THEN state_file ELSE src_file END AS ended_file,
  CASE WHEN state IN ('open', 'closed') THEN state_row ELSE src_row END AS ended_row
FROM joined
